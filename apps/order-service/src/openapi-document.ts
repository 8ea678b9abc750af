import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { CONTRACTS_VERSION } from '@marketplace/contracts';
import { finished } from './common/openapi-finish.js';

const DESCRIPTION = `Carts, orders, payment state and tracking of a multi-vendor marketplace.

Money is in minor units with an ISO 4217 currency. Timestamps are RFC 3339 in UTC. Failures are problem documents
(RFC 9457) with a stable \`code\`. Carts and orders carry a \`version\`, which is also their ETag: send it as If-Match to
change exactly what you have read. An Idempotency-Key makes repeats of a POST, or of a move of an order, have their
effect once.`;

/** @param schemas whether to leave out those that no route leads to, such as what travels over NATS alone */
export function openApiDocument(app: INestApplication, schemas: 'of-routes' | 'all' = 'of-routes'): OpenAPIObject {
  const options = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Order Service')
    .setDescription(DESCRIPTION)
    .setVersion(CONTRACTS_VERSION)
    .addServer('/', 'Wherever this document is served')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'A token of the marketplace, or one that this service gave to a guest for one cart or order',
    })
    .addTag('carts', 'Fill a cart; it is priced by the Catalog Service')
    .addTag('orders', 'Place orders and move them along')
    .addTag('fulfilment', 'Ship, cancel and return units')
    .addTag('care', 'Refunds, holds, corrections and the ledger')
    .addTag('privacy', 'Forgetting a user')
    .addTag('tracking', 'What has happened to an order')
    .addTag('operations', 'Probes and metrics')
    .build();
  // The methods of controllers are named for the document: clients are generated with these names.
  return finished(SwaggerModule.createDocument(app, options, { operationIdFactory: (_, method) => method }), schemas);
}
