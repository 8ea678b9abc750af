import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import { MESSAGE_HEADERS, REPLY_HEADERS } from '@marketplace/contracts';
import { isTracing } from '@marketplace/tracing';
import helmet from 'helmet';
import { AppModule } from './app.module.js';
import { serveAsyncApi } from './asyncapi-document.js';
import { Admission } from './common/admission.js';
import { BoundedHttpAdapter, boundConnections, boundUrl } from './common/bounded-http.js';
import { requireJsonBody } from './common/body-type.js';
import { NestLogger } from './common/logger.js';
import { traceRequest } from './common/trace-request.js';
import { Config } from './config/config.js';
import { Nats } from './messaging/nats-connection.js';
import { OrderServiceNatsServer } from './messaging/order-service-nats.server.js';
import { traceMessages } from './messaging/trace-messages.js';
import { openApiDocument } from './openapi-document.js';

const MOST_BODY_BYTES = 256 * 1024;
const MOST_FORM_BYTES = 4 * 1024;
/** What pages of other origins may send, and may read of replies. Tokens travel in a header that they set themselves: no cookies. */
const CORS = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
  allowedHeaders: [...Object.values(MESSAGE_HEADERS), 'Content-Type', 'If-None-Match', 'Last-Event-ID'],
  exposedHeaders: ['ETag', 'Location', 'Retry-After', REPLY_HEADERS.idempotencyReplayed, MESSAGE_HEADERS.requestId],
  maxAge: 600,
};

/** The application with both transports, ready to listen. */
export async function createApp(): Promise<{ app: NestExpressApplication; natsServer: OrderServiceNatsServer }> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, new BoundedHttpAdapter(), {
    bodyParser: false,
    logger: new NestLogger(),
    abortOnError: false,
  });
  const config = app.get(Config);
  boundConnections(app.getHttpServer(), config);
  if (isTracing()) app.use(traceRequest);
  app.set('x-powered-by', false);
  // Behind plain HTTP the pages must not be told to load their parts over HTTPS; a proxy that speaks TLS adds it.
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  app.set('trust proxy', config.TRUSTED_PROXIES);
  if (config.CORS_ORIGINS.length > 0) app.enableCors({ ...CORS, origin: config.CORS_ORIGINS });
  app.use(boundUrl);
  app.use(app.get(Admission).middleware);
  app.use(requireJsonBody);
  app.useBodyParser('json', { limit: MOST_BODY_BYTES });
  app.useBodyParser('urlencoded', { limit: MOST_FORM_BYTES, extended: false });
  // The same guards, pipes and filters serve both transports.
  const natsServer = new OrderServiceNatsServer(app.get(Nats));
  if (isTracing()) traceMessages(natsServer);
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
