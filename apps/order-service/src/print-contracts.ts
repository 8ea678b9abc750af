import { createApp } from './create-app.js';
import { openApiDocument } from './openapi-document.js';

/**
 * Prints the OpenAPI document, and the schemas of everything that requests and replies consist of over HTTP and NATS. Neither MongoDB nor
 * NATS need be there.
 */
const { app } = await createApp();
const { schemas } = openApiDocument(app, 'all').components ?? {};
process.stdout.write(JSON.stringify({ openapi: openApiDocument(app), schemas }), () => process.exit(0));
