import { Type } from 'class-transformer';
import {
  IsIn,
  IsNumber,
  IsOptional,
  IsPositive,
  IsString,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';
import { Flag, IsOrigin, IsProxyAddress, ListOf, OptionalText, WholeNumber } from './setting-rules.js';

/** Those of OpenTelemetry. */
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** The service's configuration. Each field is the environment variable of the same name; docs and checks follow from it. */
export class Config {
  /** `production` refuses development secrets and demands every address. */
  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'development';

  /** Whether production may run on default addresses and without a key: it then stays unready and refuses every token. */
  @IsIn(['refused', 'allowed'])
  CONFIG_DEFAULTS: 'refused' | 'allowed' = 'refused';

  /** HTTP port; 0 takes a free one. */
  @WholeNumber(0, 65_535)
  PORT = 3000;

  /** Address to listen on. */
  @IsString()
  HOST = '0.0.0.0';

  /**
   * Where people reach the service, for the links that they are given: scheme, host and port alone. The same for all replicas; without it
   * it is PORT of this computer.
   */
  @IsOptional()
  @Matches(/^https?:\/\/[^\s/?#@]+$/u, { message: '$property must be an origin such as https://orders.example' })
  PUBLIC_BASE_URL?: string;

  /** MongoDB connection string with the database name; the deployment must be a replica set. */
  // A replica set is named by several hosts, which is no URL in the usual sense.
  @Matches(/^mongodb(?:\+srv)?:\/\/\S+$/u, { message: '$property must be a MongoDB connection string' })
  MONGODB_URI = 'mongodb://localhost:27017/orders?replicaSet=rs0';

  /** Most connections to MongoDB. */
  @WholeNumber(1, 1000)
  MONGODB_POOL_SIZE = 20;

  /** NATS servers, separated by commas. */
  @IsString()
  @MinLength(1)
  NATS_URL = 'nats://localhost:4222';

  /** User and password for NATS, as its server knows them. */
  @OptionalText()
  NATS_USER?: string;

  @OptionalText()
  NATS_PASSWORD?: string;

  /** Token for NATS, where its server asks for one. */
  @OptionalText()
  NATS_TOKEN?: string;

  /** Seed of the nkey that this service is known by. */
  @OptionalText()
  NATS_NKEY_SEED?: string;

  /** File with the credentials (JWT and nkey) of a decentralised account. */
  @OptionalText()
  NATS_CREDS_FILE?: string;

  /** `required` refuses servers without TLS; otherwise it is used where they ask for it. */
  @IsIn(['optional', 'required'])
  NATS_TLS: 'optional' | 'required' = 'optional';

  /** File with the certificate authority of the NATS servers, where the system does not know it. */
  @OptionalText()
  NATS_TLS_CA_FILE?: string;

  /** Files with the certificate and the key of this client, where the servers ask for them. */
  @OptionalText()
  NATS_TLS_CERT_FILE?: string;

  @OptionalText()
  NATS_TLS_KEY_FILE?: string;

  /** Under this prefix replies to this service arrive: only it may subscribe to it, if the server's permissions say so. */
  @Matches(/^[A-Za-z0-9_.-]{1,64}$/u)
  NATS_INBOX_PREFIX = '_INBOX';

  /** Address of the JSON Web Key Set that verifies callers' tokens. */
  @IsOptional()
  @IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true })
  JWT_JWKS_URL?: string;

  /** Age at which the key set is fetched anew, in milliseconds. */
  @WholeNumber(1_000, 86_400_000)
  JWT_JWKS_MAX_AGE_MS = 600_000;

  /** A token that names an unknown key has the key set fetched anew, at most once in so many milliseconds. */
  @WholeNumber(100, 3_600_000)
  JWT_JWKS_COOLDOWN_MS = 30_000;

  /** Public key (SPKI PEM) that verifies callers' tokens, where there is no JWT_JWKS_URL. */
  @IsOptional()
  @IsString()
  JWT_PUBLIC_KEY?: string;

  /** Shared secret (HS256) that signs callers' tokens, where there is no public key: development and tests only. */
  @OptionalText(32)
  JWT_SECRET?: string;

  /** The algorithms accepted with JWT_JWKS_URL, or the one of JWT_PUBLIC_KEY. */
  @Matches(/^(?:RS256|ES256|EdDSA)(?:,(?:RS256|ES256|EdDSA))*$/u, {
    message: '$property must be RS256, ES256 or EdDSA, or several of them with commas between',
  })
  JWT_ALGORITHM = 'RS256';

  /** Expected issuer of callers' tokens. */
  @IsString()
  @MinLength(1)
  JWT_ISSUER = 'marketplace-development';

  /** Expected audience of callers' tokens. */
  @IsString()
  @MinLength(1)
  JWT_AUDIENCE = 'order-service';

  /** How far the clocks of issuer and service may differ, in seconds. */
  @WholeNumber(0, 60)
  JWT_CLOCK_SKEW_SECONDS = 5;

  /** Signs the cart and order tokens of guests; the same for all replicas. Without it guests are refused. */
  @OptionalText(32)
  GUEST_TOKEN_SECRET?: string;

  /** The secret before this one: guests' tokens signed with it are still taken. */
  @OptionalText(32)
  GUEST_TOKEN_PREVIOUS_SECRET?: string;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
  LOG_LEVEL: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent' = 'info';

  /** Where spans go: `otlp`, `console` or `none`. Unset, they go to OTEL_EXPORTER_OTLP_ENDPOINT if that is set. */
  @IsOptional()
  @IsIn(['otlp', 'console', 'none'])
  OTEL_TRACES_EXPORTER?: 'otlp' | 'console' | 'none';

  /** Collector that takes spans over OTLP/HTTP. The SDK reads it and the two below itself, as it does its other variables. */
  @IsOptional()
  @IsUrl({ require_tld: false, protocols: ['http', 'https'], require_protocol: true })
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  /** Which traces are kept; by `parentbased_` one that has begun elsewhere is kept if it was kept there. */
  @IsIn(SAMPLERS)
  OTEL_TRACES_SAMPLER: (typeof SAMPLERS)[number] = 'parentbased_always_on';

  /** The share of traces that samplers by ratio keep. */
  @Type(() => Number)
  @IsNumber()
  @Min(0)
  @Max(1)
  OTEL_TRACES_SAMPLER_ARG = 1;

  /** Currency of a cart or order that names none, ISO 4217. */
  @IsString()
  @MinLength(3)
  @MaxLength(3)
  DEFAULT_CURRENCY = 'USD';

  /** Age at which a cart's prices are asked anew when it is read, in milliseconds. */
  @WholeNumber(0)
  QUOTE_MAX_AGE_MS = 60_000;

  /** Days after its last change at which an active cart expires and is abandoned; fractions are fine. */
  @Type(() => Number)
  @IsNumber()
  @IsPositive()
  @Max(365)
  CART_LIFETIME_DAYS = 30;

  /** How often a replica ends expired carts and publishes the events of carts, in milliseconds. */
  @WholeNumber(50)
  CART_SWEEP_INTERVAL_MS = 1_000;

  /** Minutes after which an order that is not paid for expires; fractions are fine. */
  @Type(() => Number)
  @IsNumber()
  @IsPositive()
  UNPAID_ORDER_EXPIRY_MINUTES = 30;

  /** Hours within which a vendor should begin with a confirmed order before it is flagged. */
  @Type(() => Number)
  @IsNumber()
  @IsPositive()
  VENDOR_ACT_WITHIN_HOURS = 48;

  /** Hours before an authorization lapses at which its order is flagged, if goods are still to be paid from it; fractions are fine. */
  @Type(() => Number)
  @IsNumber()
  @IsPositive()
  AUTHORIZATION_EXPIRY_WARNING_HOURS = 24;

  /** Days after delivery in which a customer may ask to return; after them the vendor's payout is due. */
  @Type(() => Number)
  @IsNumber()
  @IsPositive()
  RETURN_WINDOW_DAYS = 14;

  /** How long `POST /orders` and a shipment wait for the payment before they answer, in milliseconds. */
  @WholeNumber(0, 30_000)
  PAYMENT_WAIT_MS = 3_000;

  /** Deadline of one request to the Payment Service, in milliseconds. */
  @WholeNumber(100, 60_000)
  PAYMENT_TIMEOUT_MS = 8_000;

  /** So often a payment event may fail, for a reason that does not pass, before it goes to the dead letters. */
  @WholeNumber(1, 1000)
  PAYMENT_EVENT_MAX_DELIVERIES = 8;

  /** Deadline of one request to the Catalog or Inventory Service, in milliseconds. */
  @WholeNumber(100, 60_000)
  SERVICE_TIMEOUT_MS = 2_000;

  /** Most requests to one far service (Catalog, Inventory, Payment) that a replica has under way at once. */
  @WholeNumber(1, 10_000)
  FAR_SERVICE_CONCURRENCY = 256;

  /** Most requests to one far service that wait for one of those to end; the next ones fail at once. */
  @WholeNumber(0, 10_000)
  FAR_SERVICE_QUEUE_LENGTH = 256;

  /** A far service that does not answer is left alone; after this long at the latest it is tried again, in milliseconds. */
  @WholeNumber(500, 60_000)
  FAR_SERVICE_LONGEST_PAUSE_MS = 5_000;

  /** Most requests, over HTTP and NATS together, that a replica has under way at once; more are answered 503 with Retry-After. */
  @WholeNumber(1, 100_000)
  MOST_REQUESTS_UNDER_WAY = 512;

  /** Deadline of a request as a whole, in milliseconds: quotes and reservations that it needs are not waited for any longer. */
  @WholeNumber(100, 120_000)
  REQUEST_TIMEOUT_MS = 10_000;

  /** Most live streams of one caller on a replica; one more is answered 429. */
  @WholeNumber(1, 100_000)
  LIVE_STREAMS_PER_CALLER = 100;

  /** Most live streams on a replica; one more is answered 503. */
  @WholeNumber(0, 100_000)
  LIVE_STREAMS_PER_REPLICA = 10_000;

  /** What the reader of a live stream has not taken may be as many bytes; one that is further behind is sent away. */
  @WholeNumber(1_024, 16_777_216)
  LIVE_BUFFER_BYTES = 262_144;

  /** A live stream that is quiet for that long is given a heartbeat, in milliseconds. */
  @WholeNumber(1_000, 300_000)
  LIVE_HEARTBEAT_MS = 15_000;

  /** How often watched orders are looked up although their events arrive, in milliseconds: an event that got lost comes then. */
  @WholeNumber(500, 600_000)
  LIVE_CATCH_UP_MS = 30_000;

  /** How often watched orders are looked up while events do not arrive, in milliseconds. */
  @WholeNumber(100, 60_000)
  LIVE_POLL_MS = 2_000;

  /** A list stream goes on where its reader left it if no more events than that have come since; else it begins anew. */
  @WholeNumber(1, 1_000_000)
  LIVE_MOST_REPLAYED = 10_000;

  /** How long unfinished work on an order is left to the replica that began it before any other takes it up, in milliseconds. */
  @WholeNumber(500)
  RECOVERY_AFTER_MS = 12_000;

  /** How often a replica looks for unfinished work, in milliseconds. */
  @WholeNumber(50)
  RECOVERY_INTERVAL_MS = 1_000;

  /** Days after which a command is dropped that the Notification Service has not read: it holds an e-mail address. */
  @WholeNumber(1, 365)
  NOTIFICATIONS_MAX_AGE_DAYS = 7;

  /** Keys the anchors of audit chains, so that whoever can write the database cannot rewrite them; the same for all replicas, and for good. */
  @OptionalText(32)
  AUDIT_ANCHOR_SECRET?: string;

  /** How often audit chains that have grown are anchored, in milliseconds. */
  @WholeNumber(50)
  AUDIT_ANCHOR_INTERVAL_MS = 60_000;

  /** How old the latest entry of a chain is when the chain is anchored, in milliseconds: longer than any write takes. */
  @WholeNumber(0)
  AUDIT_ANCHOR_AFTER_MS = 30_000;

  /**
   * How long a process that was told to stop goes on taking requests, in milliseconds: it is not ready from the first moment, and load
   * balancers take a while to notice.
   */
  @WholeNumber(0, 60_000)
  SHUTDOWN_DRAIN_MS = 0;

  /** Longest time that requests under way may take to finish once the process is told to stop, in milliseconds. */
  @WholeNumber(0)
  SHUTDOWN_TIMEOUT_MS = 4_000;

  /** Serves the OpenAPI document and its page. */
  @Flag()
  DOCS_ENABLED = true;

  /** Replicas of the service that share the load: each allows its part of the limits below. */
  @WholeNumber(1, 1_000)
  SERVICE_REPLICAS = 1;

  /** Most reads of one caller in a minute; 0 for no limit. */
  @WholeNumber(0, 100_000_000)
  RATE_LIMIT_READS = 1_000_000;

  /** Most changes of one caller in a minute; 0 for no limit. */
  @WholeNumber(0, 100_000_000)
  RATE_LIMIT_CHANGES = 1_000_000;

  /** Most carts and orders that one caller makes in a minute; 0 for no limit. */
  @WholeNumber(0, 100_000_000)
  RATE_LIMIT_CREATIONS = 1_000_000;

  /** Most tokens that are not valid from one address in a minute: then tokens from there are not looked at for a while; 0 for no limit. */
  @WholeNumber(0, 100_000_000)
  RATE_LIMIT_FAILED_AUTHENTICATIONS = 1_000_000;

  /** Addresses of proxies whose X-Forwarded-For is believed: IPs, networks (CIDR), `loopback`, `linklocal`, `uniquelocal`. */
  @ListOf(IsProxyAddress({ each: true }))
  TRUSTED_PROXIES: string[] = [];

  /** Origins whose pages may call this service from browsers. */
  @ListOf(IsOrigin({ each: true }))
  CORS_ORIGINS: string[] = [];

  /** Longest time that a request may take to arrive as a whole, in milliseconds. */
  @WholeNumber(1_000, 600_000)
  HTTP_REQUEST_TIMEOUT_MS = 30_000;

  /** Longest time that the headers of a request may take to arrive, in milliseconds. */
  @WholeNumber(500, 600_000)
  HTTP_HEADERS_TIMEOUT_MS = 10_000;

  /** Most connections that a replica keeps open; more are closed at once. */
  @WholeNumber(1, 1_000_000)
  MOST_CONNECTIONS = 10_000;

  get publicBaseUrl(): string {
    return this.PUBLIC_BASE_URL ?? `http://localhost:${this.PORT}`;
  }
}
