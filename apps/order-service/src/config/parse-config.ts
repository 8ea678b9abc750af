import { createPublicKey, type KeyObject } from 'node:crypto';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import { Config } from './config.js';

const DEVELOPMENT_SECRET_PREFIX = 'development-';
const OWN_SECRETS = ['GUEST_TOKEN_SECRET', 'GUEST_TOKEN_PREVIOUS_SECRET', 'AUDIT_ANCHOR_SECRET'] as const;
/** What nobody in production has said otherwise: there the limits are meant to be felt. */
const PRODUCTION_DEFAULTS: Readonly<Record<string, string>> = {
  RATE_LIMIT_READS: '3000',
  RATE_LIMIT_CHANGES: '1200',
  RATE_LIMIT_CREATIONS: '300',
  RATE_LIMIT_FAILED_AUTHENTICATIONS: '60',
};
const KEY_TYPES: Readonly<Record<string, string>> = { RS256: 'rsa', ES256: 'ec', EdDSA: 'ed25519' };

type Environment = Readonly<Record<string, string | undefined>>;

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
export function parseConfig(environment: Environment): Config {
  const defaults = environment['NODE_ENV'] === 'production' ? PRODUCTION_DEFAULTS : {};
  const given = Object.fromEntries(
    settingNames().flatMap((name) => {
      const value = environment[name] || defaults[name];
      return value ? [[name, value]] : [];
    }),
  );
  const config = plainToInstance(Config, given, { exposeDefaultValues: true });
  const faults = validateSync(config).flatMap((error) => Object.values(error.constraints ?? {}));
  faults.push(...keyFaults(config), ...natsFaults(config));
  if (config.NODE_ENV === 'production') faults.push(...productionFaults(config, environment));
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config);
}

/** Every field has rules, so the validator knows them all, those without a default too. */
export function settingNames(): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(Config, '', true, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}

/** A key and the algorithm that it is used with belong together: otherwise no token would ever be taken. */
function keyFaults({ JWT_PUBLIC_KEY: pem, JWT_ALGORITHM: algorithm }: Config): string[] {
  if (!pem) return [];
  const key = publicKey(pem);
  if (!key) return ['JWT_PUBLIC_KEY is no public key in PEM'];
  const fits = key.asymmetricKeyType === KEY_TYPES[algorithm];
  return fits ? [] : [`JWT_PUBLIC_KEY is no key for JWT_ALGORITHM=${algorithm}`];
}

function publicKey(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem);
    // A private key would be taken for its public half; it has no business here.
    return key.type === 'public' && !pem.includes('PRIVATE KEY') ? key : undefined;
  } catch {
    return undefined;
  }
}

function natsFaults(config: Config): string[] {
  const ways = ['NATS_USER', 'NATS_TOKEN', 'NATS_NKEY_SEED', 'NATS_CREDS_FILE'] as const;
  const given = ways.filter((name) => config[name] !== undefined);
  const faults = given.length > 1 ? [`set one of ${given.join(', ')}, not all of them`] : [];
  if ((config.NATS_USER === undefined) !== (config.NATS_PASSWORD === undefined)) {
    faults.push('NATS_USER and NATS_PASSWORD belong together');
  }
  if ((config.NATS_TLS_CERT_FILE === undefined) !== (config.NATS_TLS_KEY_FILE === undefined)) {
    faults.push('NATS_TLS_CERT_FILE and NATS_TLS_KEY_FILE belong together');
  }
  return faults;
}

function productionFaults(config: Config, environment: Environment): string[] {
  const faults: string[] = [];
  if (config.CONFIG_DEFAULTS === 'refused') {
    for (const name of ['MONGODB_URI', 'NATS_URL', 'GUEST_TOKEN_SECRET', 'PUBLIC_BASE_URL']) {
      if (!environment[name]) faults.push(`${name} is not set`);
    }
    if (!config.JWT_PUBLIC_KEY && !config.JWT_JWKS_URL) {
      faults.push("no key for callers' tokens is set: JWT_JWKS_URL or JWT_PUBLIC_KEY");
    }
  }
  // Whoever can check such tokens can make them: every service that knows the secret could be anybody.
  if (config.JWT_SECRET) faults.push('JWT_SECRET is for development: use JWT_JWKS_URL or JWT_PUBLIC_KEY');
  for (const name of OWN_SECRETS) {
    if (config[name]?.startsWith(DEVELOPMENT_SECRET_PREFIX)) faults.push(`${name} is a development secret`);
  }
  return faults;
}
