import { CommandKeys, type Command } from './command-keys.js';
import type { Order } from './model.js';
import type { Session } from './session.js';

const TIMEOUT_MS = 20_000;
/** The service has not decided the command: it is still running, or was not begun. */
const UNDECIDED = new Set(['idempotency_in_progress', 'rate_limited', 'unauthenticated']);

/** A problem document, or what stands for one where there was no answer: `status` is 0 then. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly code?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
  }
}

const NO_ANSWER: Problem = { status: 0, title: 'The service does not answer' };
const SIGNED_OUT: Problem = { status: 401, title: 'Signed out', code: 'unauthenticated' };

/** The service's API as the holder of a token, for as long as the holder is signed in. */
export class Api {
  readonly #keys: CommandKeys;
  #isClosed = false;

  /** @param onSignedOut the token is good no longer; told once, with the reason */
  constructor(
    private readonly session: Session,
    private readonly onSignedOut: (reason: string) => void,
  ) {
    this.#keys = new CommandKeys(session.userId);
  }

  /** Asks for nothing more. What is on its way comes to its end, but signs nobody out: somebody else may be signed in by then. */
  close(): void {
    this.#isClosed = true;
  }

  /** @throws ApiError */
  async get<Body>(path: string): Promise<Body> {
    const response = await this.#fetch(path, {});
    return (await response.json()) as Body;
  }

  /** @throws ApiError */
  async text(path: string): Promise<string> {
    return (await this.#fetch(path, {})).text();
  }

  /**
   * Asks for a change of exactly what was seen.
   *
   * @param version of the order as it was seen
   * @returns the order, and whether this is the answer to an earlier request that had been lost
   * @throws ApiError
   */
  async run(command: Command, version: number): Promise<{ order: Order; wasReplayed: boolean }> {
    const { method, path, body } = command;
    const headers = {
      'idempotency-key': this.#keys.keyOf(command),
      'if-match': `"${version}"`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    };
    try {
      const response = await this.#fetch(path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
      const order = (await this.#bodyOf(response)) as Order;
      this.#keys.answered(command);
      return { order, wasReplayed: response.headers.get('idempotency-replayed') === 'true' };
    } catch (error) {
      if (error instanceof ApiError && isAnswer(error.problem)) this.#keys.answered(command);
      throw error;
    }
  }

  async #fetch(
    path: string,
    init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> },
  ): Promise<Response> {
    if (this.#isClosed) throw new ApiError(SIGNED_OUT);
    const request = {
      ...init,
      headers: { accept: 'application/json', authorization: `Bearer ${this.session.token}`, ...init.headers },
    };
    let response: Response;
    try {
      response = await fetch(path, {
        ...request,
        cache: 'no-store',
        credentials: 'omit',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      throw new ApiError(NO_ANSWER);
    }
    if (response.ok) return response;
    const problem = await problemOf(response);
    if (problem.status === 401) this.#signOut(problem.detail ?? problem.title);
    throw new ApiError(problem);
  }

  #signOut(reason: string): void {
    if (this.#isClosed) return;
    this.close();
    this.onSignedOut(reason);
  }

  /** An answer that breaks off was not one. */
  async #bodyOf(response: Response): Promise<unknown> {
    try {
      return await response.json();
    } catch {
      throw new ApiError(NO_ANSWER);
    }
  }
}

export function problemIn(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  return { status: 0, title: 'The board has failed', detail: String(error) };
}

/** Whether the same request may be answered in a while. */
export function isPassing({ status }: Problem): boolean {
  return status === 0 || status >= 500;
}

function isAnswer({ status, code }: Problem): boolean {
  return status >= 400 && status < 500 && !UNDECIDED.has(code ?? '');
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback = { status: response.status, title: response.statusText || `The service answered ${response.status}` };
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? { ...fallback, ...body, status: response.status } : fallback;
  } catch {
    return fallback;
  }
}
