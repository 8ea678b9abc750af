/** Who caused a change. */
export interface Actor {
  readonly kind: 'customer' | 'guest' | 'vendor' | 'support' | 'admin' | 'service' | 'system';
  readonly id?: string;
}

/** The instant and the actor of a change: passed in, never read from a clock. */
export interface ChangeContext {
  readonly now: Date;
  readonly actor: Actor;
}

export const SYSTEM: Actor = { kind: 'system' };
