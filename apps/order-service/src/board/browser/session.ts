const STORED = 'ops.token';
const STAFF = ['support', 'admin', 'service'];

/** Who is signed in. The token lives in this tab alone, and the service decides what it is good for; here it is only read. */
export interface Session {
  readonly token: string;
  readonly userId: string;
  readonly roles: readonly string[];
  /** Vendors see their own part of their own orders; staff sees everything. */
  readonly vendorId?: string;
}

export type Reading = { readonly session: Session } | { readonly fault: string };

/** Reads what a token says of its holder. */
export function readToken(text: string): Reading {
  const token = text.trim().replace(/^Bearer\s+/iu, '');
  if (token === '') return { fault: 'Paste a token first.' };
  const claims = claimsOf(token);
  if (!claims)
    return { fault: 'This is not a token: it should be three parts of letters and digits with dots in between.' };
  const { sub, roles, vendorId, exp } = claims;
  if (typeof exp === 'number' && exp * 1_000 <= Date.now())
    return { fault: 'This token has expired. Ask for a new one.' };
  const held = Array.isArray(roles) ? roles.filter((role): role is string => typeof role === 'string') : [];
  const userId = typeof sub === 'string' ? sub : 'unknown';
  if (held.some((role) => STAFF.includes(role))) return { session: { token, userId, roles: held } };
  if (held.includes('vendor') && typeof vendorId === 'string')
    return { session: { token, userId, roles: held, vendorId } };
  return { fault: 'This token is for neither support, admin nor a vendor, so it shows nothing here.' };
}

export function storedSession(): Session | undefined {
  const reading = readToken(sessionStorage.getItem(STORED) ?? '');
  return 'session' in reading ? reading.session : undefined;
}

export function storeSession(session: Session | undefined): void {
  if (session) sessionStorage.setItem(STORED, session.token);
  else sessionStorage.removeItem(STORED);
}

function claimsOf(token: string): Record<string, unknown> | undefined {
  const [, payload, signature, ...rest] = token.split('.');
  if (!payload || !signature || rest.length > 0) return undefined;
  try {
    const bytes = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    const text = new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.codePointAt(0) ?? 0));
    const claims: unknown = JSON.parse(text);
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
