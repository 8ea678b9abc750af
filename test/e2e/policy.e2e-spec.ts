import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { PROBLEMS, type ProblemCode } from '@marketplace/contracts';
import { AppModule } from '../../apps/order-service/src/app.module.js';
import { CALLERS, reachOf, type Caller, type Operation } from '../../apps/order-service/src/auth/policy.js';
import { ROLES, type Role } from '../../apps/order-service/src/auth/principal.js';
import { servedHandlers } from '../../apps/order-service/src/auth/served-handlers.js';
import { Wire } from '../fuzz/wire.js';
import { badTokens, signed } from '../support/bad-tokens.js';
import { createCart, Marketplace, placeOrder } from '../support/client.js';
import { request as ask } from '../support/messages.js';
import { POLICY_REQUESTS, UNFIT_VERSION, type Named, type PolicyRequest } from '../support/policy-requests.js';
import { joinTestStack, type TestStack } from '../support/stack.js';

const AT_ONCE = 48;
const RELATIONS = ['own', 'other', 'missing'] as const;
type Relation = (typeof RELATIONS)[number];

/** Somebody with a token, or without one, and the resources that are its own and another's. */
interface Asker {
  readonly name: string;
  readonly token: string | undefined;
  /** Undefined where nothing of the kind is its own. */
  readonly own: (named: Named) => string | undefined;
  readonly other: (named: Named) => string;
}

interface Case {
  readonly what: string;
  readonly sample: PolicyRequest;
  readonly id: string;
  readonly token: string | undefined;
  readonly expected: string;
}

const operations = new Map<string, Operation>(
  servedHandlers(AppModule).flatMap(({ address, operation }) => (operation ? [[address, operation] as const] : [])),
);

function operationOf(sample: PolicyRequest): Operation {
  const operation = operations.get(sample.address);
  if (!operation) throw new Error(`${sample.address} serves no operation`);
  return operation;
}

/** What the table says of one caller: `ok` or a problem that the sample ends with, or the refusal. */
function verdict(caller: Caller, sample: PolicyRequest, relation: Relation): string {
  const operation = operationOf(sample);
  const reach = reachOf(operation, caller);
  if (reach === undefined) return refusal(operation, caller);
  if (sample.names === 'nothing') return sample.passes;
  // Nobody here knows which users and vendors there are, so staff may look for any.
  const canBeMissing = sample.names === 'cart' || sample.names === 'order';
  if (reach === 'any') return relation === 'missing' && canBeMissing ? 'not_found' : sample.passes;
  return relation === 'own' ? sample.passes : 'not_found';
}

function refusal(operation: Operation, caller: Caller): string {
  if (caller === 'anonymous') return 'unauthenticated';
  const isForGuests = reachOf(operation, 'cart-guest') ?? reachOf(operation, 'order-guest');
  return caller.endsWith('-guest') && isForGuests ? 'not_found' : 'forbidden';
}

/** Of two roles the one that reaches farther. */
function verdictOfBoth(roles: readonly Role[], sample: PolicyRequest, relation: Relation): string {
  const verdicts = roles.map((role) => verdict(role, sample, relation));
  return [sample.passes, 'not_found', 'forbidden'].find((each) => verdicts.includes(each)) ?? 'no verdict';
}

describe('the policy, asked by every caller of every route and subject', () => {
  let stack: TestStack;
  let market: Marketplace;
  let nats: NatsConnection;
  /** Some thousand requests: over connections that are kept. */
  let wire: Wire;
  let askers: Record<Caller, Asker>;
  let guestCart: { id: string; token: string };

  beforeAll(async () => {
    stack = await joinTestStack();
    market = await Marketplace.open(stack);
    nats = await connect({ servers: stack.natsUrl });
    wire = new Wire(stack.baseUrl);
    const [alice, bob] = [await market.customer('alice'), await market.customer('bob')];
    const item = (sku: string) => ({ items: [{ sku, quantity: 1 }] });
    const [ownOrder, otherOrder] = [await placeOrder(alice, item('demo-1')), await placeOrder(bob, item('demo-2'))];
    const [ownCart, otherCart] = [
      await createCart(alice, item('demo-1').items),
      await createCart(bob, item('demo-2').items),
    ];
    const guestOrder = await placeOrder(market.anonymous, { ...item('demo-2'), email: 'guest@example.com' });
    const { id, token = '' } = await createCart(market.anonymous, item('demo-2').items);
    guestCart = { id, token };

    const own: Record<Named, string> = {
      cart: ownCart.id,
      order: ownOrder.id,
      user: 'alice',
      vendor: 'vendor-1',
      nothing: '',
    };
    const other: Record<Named, string> = {
      cart: otherCart.id,
      order: otherOrder.id,
      user: 'bob',
      vendor: 'vendor-2',
      nothing: '',
    };
    const user = async (role: Role): Promise<Asker> => ({
      name: role,
      token: await tokenOf([role]),
      own: (named) => own[named],
      other: (named) => other[named],
    });
    const guest = (name: string, guestToken: string | undefined, ofItsOwn: Partial<typeof own>): Asker => ({
      name,
      token: guestToken,
      own: (named) => ofItsOwn[named],
      other: (named) => own[named],
    });
    askers = {
      customer: await user('customer'),
      vendor: await user('vendor'),
      support: await user('support'),
      admin: await user('admin'),
      service: await user('service'),
      'cart-guest': guest('a guest with a cart', token, { cart: id, nothing: '' }),
      'order-guest': guest('a guest with an order', guestOrder.accessToken, { order: guestOrder.id, nothing: '' }),
      anonymous: guest('nobody', undefined, { nothing: '' }),
    };
  }, 90_000);

  afterAll(async () => {
    wire?.close();
    await nats?.close();
    await market?.close();
    await stack?.stop();
  });

  /** Every user of this suite is alice and vendor-1, in one role or several. */
  const tokenOf = async (roles: readonly string[], vendorId = 'vendor-1') =>
    stack.token({ sub: 'alice', roles, vendorId });

  /** What came of a request: `ok`, or the code of the problem. */
  const outcome = async ({ sample, id, token }: Case): Promise<string> => {
    const { path, body } = sample.of(id, { guestCart });
    const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    if (path === undefined) {
      const answer = await ask<{ error?: { code: string } }>(nats, sample.address, body, {
        ...headers,
        'If-Match': UNFIT_VERSION,
      });
      return answer.body.error?.code ?? 'ok';
    }
    const [method = ''] = sample.address.split(' ');
    const reply = await wire.send({
      method,
      path,
      headers: Object.entries({
        ...headers,
        Accept: 'application/json, text/event-stream',
        'If-Match': UNFIT_VERSION,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      }),
      body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
    });
    if (reply.status >= 200 && reply.status < 300) return 'ok';
    const { code } = JSON.parse(reply.text) as { code: ProblemCode };
    return PROBLEMS[code]?.status === reply.status ? code : `${code} with status ${reply.status}`;
  };

  /** Makes all requests, and tells how many were answered as they should not be. */
  const wrongAnswers = async (cases: readonly Case[]): Promise<string[]> => {
    const waiting = [...cases];
    const wrong: string[] = [];
    const worker = async (): Promise<void> => {
      for (let each = waiting.shift(); each; each = waiting.shift()) {
        const actual = await outcome(each).catch((error: unknown) => String(error));
        if (actual !== each.expected) wrong.push(`${each.what}: ${actual}, not ${each.expected}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    process.stderr.write(`policy: ${cases.length} requests, ${wrong.length} answered wrongly\n`);
    return wrong;
  };

  const casesOf = (
    { name, token, own, other }: Asker,
    expected: (sample: PolicyRequest, relation: Relation) => string,
  ): Case[] =>
    POLICY_REQUESTS.flatMap((sample) =>
      RELATIONS.flatMap((relation): Case[] => {
        const ids = { own: own(sample.names), other: other(sample.names), missing: randomUUID() };
        const id = ids[relation];
        // What names nothing is the same request whatever the relation.
        if (id === undefined || (sample.names === 'nothing' && relation !== 'own')) return [];
        const what = `${name}, ${sample.address}, ${relation} ${sample.names}`;
        return [{ what, sample, id, token, expected: expected(sample, relation) }];
      }),
    );

  it('is what each caller meets, with its own, another’s and no resource', async () => {
    const before = await market.stored();
    const cases = CALLERS.flatMap((caller) =>
      casesOf(askers[caller], (sample, relation) => verdict(caller, sample, relation)),
    );
    await expect(wrongAnswers(cases)).resolves.toEqual([]);
    await expect(market.stored()).resolves.toEqual(before);
  });

  it('adds no two roles up to more than they are', async () => {
    const pairs = ROLES.flatMap((first, index) => ROLES.slice(index + 1).map((second) => [first, second]));
    const cases = await Promise.all(
      pairs.map(async (roles) =>
        casesOf({ ...askers.customer, name: roles.join(' and '), token: await tokenOf(roles) }, (sample, relation) =>
          verdictOfBoth(roles, sample, relation),
        ),
      ),
    );
    await expect(wrongAnswers(cases.flat())).resolves.toEqual([]);
  });

  it('gives nothing to a role that it does not know, and no vendor to a vendor without an id', async () => {
    const isForAnyone = (sample: PolicyRequest) => CALLERS.every((caller) => reachOf(operationOf(sample), caller));
    const strangers = await Promise.all(
      [[], ['root'], ['Admin']].map(async (roles) =>
        casesOf({ ...askers.customer, name: `roles ${roles.join()}`, token: await tokenOf(roles) }, (sample) =>
          isForAnyone(sample) ? sample.passes : 'forbidden',
        ),
      ),
    );
    const nameless = { ...askers.vendor, name: 'a vendor without an id', token: await tokenOf(['vendor'], '') };
    const cases = casesOf(nameless, (sample) => verdict('vendor', sample, 'other'));
    await expect(wrongAnswers([...strangers.flat(), ...cases])).resolves.toEqual([]);
  });

  it('lets no token pass that is not valid, anywhere', async () => {
    const cases = Object.entries(await badTokens()).flatMap(([name, token]) =>
      casesOf({ ...askers.customer, name, token }, () => 'unauthenticated'),
    );
    await expect(wrongAnswers(cases)).resolves.toEqual([]);
    const good = await outcome({
      ...(cases[0] as Case),
      sample: POLICY_REQUESTS.find(({ address }) => address === 'GET /orders') as PolicyRequest,
      token: await signed({}),
    });
    expect(good).toBe('ok');
  });
});
