import { Api, ApiError } from './api.js';
import type { Command } from './command-keys.js';
import { orderOf } from './orders.spec-support.js';

const SESSION = { token: 't', userId: 'sue', roles: ['support'] };
const REFUND: Command = { method: 'POST', path: '/orders/o1/refunds', body: { reason: 'late' } };

/** What the service answers, one after another; 0 is none at all, a text an answer that breaks off. */
type Answer = number | string | { status: number; code: string };

describe('asking for a change', () => {
  const real = { fetch: globalThis.fetch, sessionStorage: globalThis.sessionStorage };
  let keys: (string | null)[];
  let answers: Answer[];
  let signedOut: string[];
  let stored: Map<string, string>;

  const api = (userId = 'sue'): Api => new Api({ ...SESSION, userId }, (reason) => signedOut.push(reason));
  const ask = async (command = REFUND, asking = api()): Promise<unknown> =>
    asking.run(command, 3).catch((error: unknown) => (error as ApiError).problem);

  beforeEach(() => {
    [keys, answers, signedOut, stored] = [[], [], [], new Map()];
    globalThis.fetch = async (_, init) => {
      keys.push(new Headers(init?.headers).get('idempotency-key'));
      const answer = answers.shift() ?? 201;
      if (answer === 0) throw new TypeError('network error');
      if (typeof answer === 'string') return new Response(answer, { status: 201 });
      const [status, body] = typeof answer === 'number' ? [answer, orderOf({})] : [answer.status, answer];
      return Response.json(body, { status });
    };
    globalThis.sessionStorage = {
      getItem: (name: string) => stored.get(name) ?? null,
      setItem: (name: string, value: string) => stored.set(name, value),
    } as unknown as Storage;
  });

  afterEach(() => Object.assign(globalThis, real));

  it.each<[string, Answer]>([
    ['there was no answer', 0],
    ['the answer broke off', '{"id":'],
    ['the service failed', { status: 500, code: 'internal' }],
    ['the service was stopping', { status: 503, code: 'draining' }],
    ['the first one is still running', { status: 409, code: 'idempotency_in_progress' }],
    ['there were too many', { status: 429, code: 'rate_limited' }],
    ['the token had expired', { status: 401, code: 'unauthenticated' }],
  ])('again carries the same key where %s, even after a reload', async (_, answer) => {
    answers = [answer, answer];
    await ask();
    await ask();
    await expect(ask(REFUND, api())).resolves.toMatchObject({ wasReplayed: false });
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  it.each<[string, Answer]>([
    ['it was done', 201],
    ['it was refused', { status: 409, code: 'illegal_transition' }],
    ['the order had changed', { status: 412, code: 'version_conflict' }],
  ])('again is another one where %s', async (_, answer) => {
    answers = [answer];
    await ask();
    await ask();
    expect(new Set(keys).size).toBe(2);
  });

  it('has a key of its own by what is asked, and by whom', async () => {
    answers = [0, 0, 0];
    await ask();
    await ask({ ...REFUND, body: { reason: 'broken' } });
    await ask(REFUND, api('bob'));
    expect(new Set(keys).size).toBe(3);
  });

  it('gives the problem as the service tells it, or says that there was no answer', async () => {
    answers = [{ status: 409, code: 'order_held' }, 0];
    await expect(ask()).resolves.toMatchObject({ status: 409, code: 'order_held' });
    await expect(ask()).resolves.toEqual({ status: 0, title: 'The service does not answer' });
  });

  describe('where the token is good no longer', () => {
    const UNAUTHENTICATED = { status: 401, code: 'unauthenticated' };

    it('signs out once, however many requests are refused, and asks for nothing more', async () => {
      answers = [UNAUTHENTICATED, UNAUTHENTICATED];
      const asking = api();
      await Promise.all([ask(REFUND, asking), ask(REFUND, asking)]);
      expect(signedOut).toHaveLength(1);
      await expect(ask(REFUND, asking)).resolves.toMatchObject(UNAUTHENTICATED);
      expect(keys).toHaveLength(2);
    });

    it('a refusal that comes after signing out does not sign out whoever is signed in by then', async () => {
      answers = [UNAUTHENTICATED];
      const asking = api();
      const refused = ask(REFUND, asking);
      asking.close();
      await expect(refused).resolves.toMatchObject(UNAUTHENTICATED);
      expect(signedOut).toEqual([]);
    });
  });
});
