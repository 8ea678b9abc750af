import { createPublicKey } from 'node:crypto';
import { plainToInstance, Transform, Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
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
  validateSync,
} from 'class-validator';

const DEVELOPMENT_SECRET_PREFIX = 'development-';

/** The service's configuration. Each field is the environment variable of the same name; docs and checks follow from it. */
export class Config {
  /** `production` refuses development secrets and demands every address. */
  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'development';

  /** Whether production may run on default addresses and without a key: it then stays unready and refuses every token. */
  @IsIn(['refused', 'allowed'])
  CONFIG_DEFAULTS: 'refused' | 'allowed' = 'refused';

  /** HTTP port; 0 takes a free one. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65_535)
  PORT = 3000;

  /** Address to listen on. */
  @IsString()
  HOST = '0.0.0.0';

  /** MongoDB connection string with the database name; the deployment must be a replica set. */
  // A replica set is named by several hosts, which is no URL in the usual sense.
  @Matches(/^mongodb(?:\+srv)?:\/\/\S+$/u, { message: '$property must be a MongoDB connection string' })
  MONGODB_URI = 'mongodb://localhost:27017/orders?replicaSet=rs0';

  /** Most connections to MongoDB. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  MONGODB_POOL_SIZE = 20;

  /** NATS servers, separated by commas. */
  @IsString()
  @MinLength(1)
  NATS_URL = 'nats://localhost:4222';

  /** Shared secret (HS256) that signs callers' tokens; development and tests. */
  @IsOptional()
  @IsString()
  @MinLength(32)
  JWT_SECRET?: string;

  /** Public key (SPKI PEM) that verifies callers' tokens. */
  @IsOptional()
  @IsString()
  JWT_PUBLIC_KEY?: string;

  /** Address of the JSON Web Key Set that verifies callers' tokens. */
  @IsOptional()
  @IsUrl({ require_tld: false })
  JWT_JWKS_URL?: string;

  /** The one algorithm accepted with JWT_PUBLIC_KEY and JWT_JWKS_URL. */
  @IsIn(['RS256', 'ES256', 'EdDSA'])
  JWT_ALGORITHM: 'RS256' | 'ES256' | 'EdDSA' = 'RS256';

  /** Expected issuer of callers' tokens. */
  @IsString()
  @MinLength(1)
  JWT_ISSUER = 'marketplace-development';

  /** Expected audience of callers' tokens. */
  @IsString()
  @MinLength(1)
  JWT_AUDIENCE = 'order-service';

  /** Signs the cart and order tokens of guests; the same for all replicas. Without it guests are refused. */
  @IsOptional()
  @IsString()
  @MinLength(32)
  GUEST_TOKEN_SECRET?: string;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'silent'])
  LOG_LEVEL: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent' = 'info';

  /** Currency of a cart or order that names none, ISO 4217. */
  @IsString()
  @MinLength(3)
  @MaxLength(3)
  DEFAULT_CURRENCY = 'USD';

  /** Age at which a cart's prices are asked anew when it is read, in milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  QUOTE_MAX_AGE_MS = 60_000;

  /** Days after its last change at which an active cart expires and is abandoned; fractions are fine. */
  @Type(() => Number)
  @IsNumber()
  @IsPositive()
  @Max(365)
  CART_LIFETIME_DAYS = 30;

  /** How often a replica ends expired carts and publishes the events of carts, in milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(50)
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
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(30_000)
  PAYMENT_WAIT_MS = 3_000;

  /** Deadline of one request to the Payment Service, in milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  @Max(60_000)
  PAYMENT_TIMEOUT_MS = 8_000;

  /** So often a payment event may fail, for a reason that does not pass, before it goes to the dead letters. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  PAYMENT_EVENT_MAX_DELIVERIES = 8;

  /** Deadline of one request to the Catalog or Inventory Service, in milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  @Max(60_000)
  SERVICE_TIMEOUT_MS = 2_000;

  /** Most requests to one far service (Catalog, Inventory, Payment) that a replica has under way at once. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000)
  FAR_SERVICE_CONCURRENCY = 256;

  /** Most requests to one far service that wait for one of those to end; the next ones fail at once. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(10_000)
  FAR_SERVICE_QUEUE_LENGTH = 256;

  /** A far service that does not answer is left alone; after this long at the latest it is tried again, in milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(500)
  @Max(60_000)
  FAR_SERVICE_LONGEST_PAUSE_MS = 5_000;

  /** Most requests, over HTTP and NATS together, that a replica has under way at once; more are answered 503 with Retry-After. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100_000)
  MOST_REQUESTS_UNDER_WAY = 512;

  /** Deadline of a request as a whole, in milliseconds: quotes and reservations that it needs are not waited for any longer. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  @Max(120_000)
  REQUEST_TIMEOUT_MS = 10_000;

  /** How long unfinished work on an order is left to the replica that began it before any other takes it up, in milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(500)
  RECOVERY_AFTER_MS = 12_000;

  /** How often a replica looks for unfinished work, in milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(50)
  RECOVERY_INTERVAL_MS = 1_000;

  /** Days after which a command is dropped that the Notification Service has not read: it holds an e-mail address. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(365)
  NOTIFICATIONS_MAX_AGE_DAYS = 7;

  /** Keys the anchors of audit chains, so that whoever can write the database cannot rewrite them; the same for all replicas, and for good. */
  @IsOptional()
  @IsString()
  @MinLength(32)
  AUDIT_ANCHOR_SECRET?: string;

  /** How often audit chains that have grown are anchored, in milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(50)
  AUDIT_ANCHOR_INTERVAL_MS = 60_000;

  /** How old the latest entry of a chain is when the chain is anchored, in milliseconds: longer than any write takes. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  AUDIT_ANCHOR_AFTER_MS = 30_000;

  /**
   * How long a process that was told to stop goes on taking requests, in milliseconds: it is not ready from the first moment, and load
   * balancers take a while to notice.
   */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(60_000)
  SHUTDOWN_DRAIN_MS = 0;

  /** Longest time that requests under way may take to finish once the process is told to stop, in milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  SHUTDOWN_TIMEOUT_MS = 4_000;

  /** Serves the OpenAPI document and its page. */
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : (value as unknown)))
  @IsBoolean()
  DOCS_ENABLED = true;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly string[]) {
    super(`The configuration is not usable:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/**
 * Reads the environment once. Empty variables count as unset.
 *
 * @throws ConfigError naming every fault
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const known = Object.keys(new Config()).concat(
    'JWT_SECRET',
    'JWT_PUBLIC_KEY',
    'JWT_JWKS_URL',
    'GUEST_TOKEN_SECRET',
    'AUDIT_ANCHOR_SECRET',
  );
  const given = Object.fromEntries(known.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
  const config = plainToInstance(Config, given, { exposeDefaultValues: true });
  const faults = validateSync(config).flatMap((error) => Object.values(error.constraints ?? {}));
  if (config.JWT_PUBLIC_KEY && !isPublicKey(config.JWT_PUBLIC_KEY))
    faults.push('JWT_PUBLIC_KEY is no public key in PEM');
  if (config.NODE_ENV === 'production') faults.push(...productionFaults(config, environment));
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config);
}

function isPublicKey(pem: string): boolean {
  try {
    return createPublicKey(pem).type === 'public';
  } catch {
    return false;
  }
}

function productionFaults(config: Config, environment: Readonly<Record<string, string | undefined>>): string[] {
  const faults: string[] = [];
  if (config.CONFIG_DEFAULTS === 'refused') {
    for (const name of ['MONGODB_URI', 'NATS_URL', 'GUEST_TOKEN_SECRET']) {
      if (!environment[name]) faults.push(`${name} is not set`);
    }
    if (!config.JWT_SECRET && !config.JWT_PUBLIC_KEY && !config.JWT_JWKS_URL) {
      faults.push("no key for callers' tokens is set: JWT_JWKS_URL, JWT_PUBLIC_KEY or JWT_SECRET");
    }
  }
  for (const name of ['JWT_SECRET', 'GUEST_TOKEN_SECRET', 'AUDIT_ANCHOR_SECRET'] as const) {
    if (config[name]?.startsWith(DEVELOPMENT_SECRET_PREFIX)) faults.push(`${name} is a development secret`);
  }
  return faults;
}
