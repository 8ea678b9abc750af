import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import helmet from 'helmet';
import { AppModule } from './app.module.js';
import { serveAsyncApi } from './asyncapi-document.js';
import { Admission } from './common/admission.js';
import { requireJsonBody } from './common/body-type.js';
import { NestLogger } from './common/logger.js';
import { Config } from './config/config.js';
import { Nats } from './messaging/nats-connection.js';
import { OrderServiceNatsServer } from './messaging/order-service-nats.server.js';
import { openApiDocument } from './openapi-document.js';

const MOST_BODY_BYTES = 256 * 1024;
const MOST_FORM_BYTES = 4 * 1024;
/**
 * Longer than the minute for which load balancers commonly keep idle connections: they should be the ones who close them, as a request that is on
 * its way when the server closes is lost.
 */
const KEEP_ALIVE_MS = 65_000;

/** The application with both transports, ready to listen. */
export async function createApp(): Promise<{ app: NestExpressApplication; natsServer: OrderServiceNatsServer }> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, {
    bodyParser: false,
    logger: new NestLogger(),
    abortOnError: false,
  });
  const config = app.get(Config);
  const server = app.getHttpServer();
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // A connection that is kept must have sent the headers of its next request by then.
  server.headersTimeout = KEEP_ALIVE_MS + 1_000;
  app.set('x-powered-by', false);
  // Behind plain HTTP the pages must not be told to load their parts over HTTPS; a proxy that speaks TLS adds it.
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  app.use(app.get(Admission).middleware);
  app.use(requireJsonBody);
  app.useBodyParser('json', { limit: MOST_BODY_BYTES });
  app.useBodyParser('urlencoded', { limit: MOST_FORM_BYTES, extended: false });
  // The same guards, pipes and filters serve both transports.
  const natsServer = new OrderServiceNatsServer(app.get(Nats));
  app.connectMicroservice({ strategy: natsServer }, { inheritAppConfig: true });
  if (config.DOCS_ENABLED) {
    app.use('/docs/asyncapi.json', serveAsyncApi);
    SwaggerModule.setup('docs', app, () => openApiDocument(app), {
      jsonDocumentUrl: 'docs-json',
      yamlDocumentUrl: 'docs-yaml',
    });
  }
  return { app, natsServer };
}
