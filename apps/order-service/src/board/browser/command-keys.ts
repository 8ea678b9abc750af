const STORED = 'ops.commands';

/** A change that the board asks the service for. */
export interface Command {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

/**
 * The Idempotency-Key of each command that has no answer yet. Where an answer was lost, the same command asked again carries the same key, so
 * that the service does it once; a refund would else be paid twice. They outlive a reload of the page.
 */
export class CommandKeys {
  readonly #keys: Map<string, string>;

  /** @param caller keys are the caller's: another one's command is another command */
  constructor(private readonly caller: string) {
    this.#keys = new Map(stored());
  }

  keyOf(command: Command): string {
    const name = this.#nameOf(command);
    const key = this.#keys.get(name) ?? newKey();
    this.#keys.set(name, key);
    this.#store();
    return key;
  }

  /** To be called when the command was answered: the next one like it is another one. */
  answered(command: Command): void {
    this.#keys.delete(this.#nameOf(command));
    this.#store();
  }

  #nameOf({ method, path, body }: Command): string {
    return JSON.stringify([this.caller, method, path, body ?? null]);
  }

  #store(): void {
    sessionStorage.setItem(STORED, JSON.stringify([...this.#keys]));
  }
}

function stored(): [string, string][] {
  try {
    const keys: unknown = JSON.parse(sessionStorage.getItem(STORED) ?? '[]');
    return Array.isArray(keys) ? (keys as [string, string][]) : [];
  } catch {
    return [];
  }
}

/** `crypto.randomUUID` is there on secure origins only. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
