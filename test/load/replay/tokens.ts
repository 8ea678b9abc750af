import { signDevelopmentToken } from '@marketplace/local-stack';

const LIFETIME_SECONDS = 3600;

/** A token that is about to end is replaced, so that none ends on its way. */
const MARGIN_SECONDS = 300;

type Signer = typeof signDevelopmentToken;
type Subject = Pick<Parameters<Signer>[0], 'sub' | 'roles' | 'vendorId'>;

/** Development tokens of everyone who takes part, each signed once and used until shortly before it ends. */
export class Tokens {
  private readonly signed = new Map<string, { token: Promise<string>; usableUntil: number }>();

  /** @param secret shared with the service; the one of development when left out */
  constructor(private readonly secret?: string) {}

  async customer(customerId: string): Promise<string> {
    return this.tokenOf({ sub: customerId, roles: ['customer'] });
  }

  async vendor(vendorId: string): Promise<string> {
    return this.tokenOf({ sub: vendorId, roles: ['vendor'], vendorId });
  }

  async admin(): Promise<string> {
    return this.tokenOf({ sub: 'replay', roles: ['admin'] });
  }

  private async tokenOf(subject: Subject): Promise<string> {
    const key = `${subject.roles[0]} ${subject.sub}`;
    const known = this.signed.get(key);
    if (known && known.usableUntil > Date.now()) return known.token;
    const usableUntil = Date.now() + (LIFETIME_SECONDS - MARGIN_SECONDS) * 1000;
    const secret = this.secret === undefined ? {} : { secret: this.secret };
    const token = signDevelopmentToken({ ...subject, ttlSeconds: LIFETIME_SECONDS, ...secret });
    this.signed.set(key, { token, usableUntil });
    return token;
  }
}
