import { randomBytes, randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { ORDER_NUMBER_BYTES, orderNumber } from '../../apps/order-service/src/orders/domain/order-number.js';
import {
  orderStatus,
  PAYMENT_STATUSES,
  VENDOR_ORDER_STATUSES,
  type PaymentStatus,
  type VendorOrderStatus,
} from '../../apps/order-service/src/orders/domain/status.js';
import {
  ADDRESS,
  expectProblem,
  Marketplace,
  orderWhen,
  placeOrder,
  type Client,
  type Order,
  type Page,
} from '../support/client.js';
import { startTestStack, type TestStack } from '../support/stack.js';

const ORDERS = 3_000;
const FIRST_LISTED_AT = Date.parse('2026-01-01T00:00:00Z');
/** Far fewer instants than orders, so that most orders share theirs with others. */
const INSTANTS = 300;
const MINUTE_MS = 60_000;
const PROFILE_BYTES = 128 * 1024 * 1024;
const PARALLEL_REQUESTS = 6;
/** Orders a page, where there are many pages to ask for. */
const FEW = 5;

/** What lists look at, of an order as it is stored. */
interface StoredOrder {
  _id: string;
  number: string;
  customerId?: string;
  email?: string;
  status: string;
  payment: { status: PaymentStatus };
  vendorOrders: { vendorId: string; status: VendorOrderStatus; shipments: { trackingNumber?: string }[] }[];
  placedAt: Date;
  listedAt?: Date;
  workDueAt?: Date;
}

/** The filters on offer. */
interface Filters {
  vendorId?: string;
  customerId?: string;
  status?: readonly string[];
  paymentStatus?: string;
  number?: string;
  email?: string;
  trackingNumber?: string;
  from?: Date;
  to?: Date;
}

/** A query as MongoDB's profiler has recorded it. */
interface ProfiledQuery {
  command: { filter: object; sort?: object; limit?: number; hint?: string };
  execStats: PlanStage;
  queryHash?: string;
  docsExamined: number;
  keysExamined: number;
  nreturned: number;
}

interface PlanStage {
  stage: string;
  indexName?: string;
  inputStage?: PlanStage;
  inputStages?: PlanStage[];
}

/** One request for a list and what it must find. */
interface Listing {
  client: Client;
  path: string;
  filters: Filters;
  /** Filters that are not in the query, but in the path or in the caller's role. */
  implied?: Filters;
}

/** A place amidst a list. */
interface Middle {
  /** The listed orders before it. */
  shown: Set<string>;
  cursor: string;
}

// The values that the combinations ask for. A fifth of the orders tend to them, so that combinations find something.
const VENDOR = 'vendor-1';
const CUSTOMER = 'customer-of-the-lists';
const EMAIL = 'guest-of-the-lists@example.com';
const PARCEL = 'PARCEL-OF-THE-LISTS';
const STATUS: VendorOrderStatus = 'shipped';
const STATUSES: readonly VendorOrderStatus[] = ['shipped', 'confirmed', 'returned'];
const PAYMENT: PaymentStatus = 'captured';
// Values that next to no order has.
const RARE_VENDOR = 'vendor-rare';
const RARE_CUSTOMER = 'customer-rare';
const RARE_STATUS: VendorOrderStatus = 'partially_delivered';
const RARE_PAYMENT: PaymentStatus = 'requires_action';

describe('lists of orders', () => {
  let stack: TestStack;
  let market: Marketplace;
  let mongo: mongoose.mongo.MongoClient;
  let support: Client;
  let vendor: Client;
  let customer: Client;
  /** Every listed order, newest first. */
  let listed: StoredOrder[];
  let unlisted: StoredOrder;
  /** An order that meets all filters at once. */
  let pivot: StoredOrder;
  let period: { from: Date; to: Date };

  beforeAll(async () => {
    // The search for unfinished work reads orders too, and here every read is counted.
    stack = await startTestStack({ env: { RECOVERY_INTERVAL_MS: '3600000' } });
    market = await Marketplace.open(stack);
    mongo = await new mongoose.mongo.MongoClient(stack.mongodbUri).connect();
    support = await market.staff();
    vendor = await market.vendor(VENDOR);
    customer = await market.customer(CUSTOMER);
    const orders = manyOrders(await placedOrders());
    await collection().deleteMany({});
    await collection().insertMany(orders);
    listed = orders.filter(({ listedAt }) => listedAt !== undefined).toSorted(newestFirst);
    unlisted = found(orders.find(({ listedAt }) => listedAt === undefined));
    period = { from: instant(INSTANTS / 4), to: instant((INSTANTS * 3) / 4) };
    pivot = found(listed.find((order) => matches(order, allFilters())));
  }, 90_000);

  afterAll(async () => {
    await mongo?.close();
    await market?.close();
    await stack?.stop();
  });

  const collection = () => mongo.db().collection<StoredOrder>('orders');

  const allFilters = (): Filters => ({
    vendorId: VENDOR,
    customerId: CUSTOMER,
    status: [STATUS],
    paymentStatus: PAYMENT,
    email: EMAIL,
    trackingNumber: PARCEL,
    ...period,
  });

  /** Orders of one vendor and of two, of a customer and of a guest, one of them shipped: as the service has stored them. */
  const placedOrders = async (): Promise<StoredOrder[]> => {
    const one = await placeOrder(customer, { email: EMAIL });
    const two = await placeOrder(customer, {
      items: [
        { sku: 'demo-1', quantity: 2 },
        { sku: 'demo-2', quantity: 1 },
      ],
      billingAddress: ADDRESS,
    });
    const guests = await placeOrder(market.anonymous, { email: EMAIL });
    const shipment = { carrier: 'DHL', trackingNumber: PARCEL };
    expect((await support.put(`/orders/${one.id}`, { status: 'shipped', shipment })).status).toBe(200);
    await orderWhen(support, one.id, 'captured', ({ payment }) => payment.status === 'captured');
    const placed = await collection()
      .find({ _id: { $in: [one.id, two.id, guests.id] } })
      .toArray();
    expect(placed).toHaveLength(3);
    return placed;
  };

  /** What MongoDB's profiler records of the lists that are asked for meanwhile. */
  const profiled = async (work: () => Promise<void>): Promise<ProfiledQuery[]> => {
    const database = mongo.db();
    await database.dropCollection('system.profile').catch(() => undefined);
    await database.createCollection('system.profile', { capped: true, size: PROFILE_BYTES });
    await database.command({ profile: 2 });
    try {
      await work();
    } finally {
      await database.command({ profile: 0 });
    }
    return database
      .collection('system.profile')
      .find<ProfiledQuery>({ op: 'query', ns: `${database.databaseName}.orders` })
      .sort({ $natural: 1 })
      .toArray();
  };

  /** Every plan that MongoDB could choose for a query, whatever the data, is without scan and sort; not just the chosen one. */
  const expectIndexedPlans = async (queries: ProfiledQuery[]): Promise<void> => {
    const slow = queries.filter(({ execStats }) => isSlow(execStats));
    expect(slow.slice(0, 3)).toEqual([]);
    const shapes = new Map(queries.map((query) => [`${query.queryHash} ${query.command.hint}`, query.command]));
    const doubtful: unknown[] = [];
    await inParallel([...shapes.values()], async ({ filter, sort, limit, hint }) => {
      const find = { find: 'orders', filter, ...(sort && { sort }), ...(limit && { limit }), ...(hint && { hint }) };
      const { queryPlanner } = (await mongo.db().command({ explain: find, verbosity: 'queryPlanner' })) as unknown as {
        queryPlanner: { winningPlan: PlanStage; rejectedPlans: PlanStage[] };
      };
      const plans = [queryPlanner.winningPlan, ...queryPlanner.rejectedPlans];
      doubtful.push(...plans.filter(isSlow).map((plan) => ({ find, plan })));
    });
    expect(doubtful.slice(0, 3)).toEqual([]);
  };

  /** Asks for one page and gives the ids on it. */
  const page = async (
    listing: Listing,
    limit: number,
    cursor?: string,
  ): Promise<{ ids: string[]; next: string | null }> => {
    const query = queryOf(listing.filters, limit, cursor);
    const reply = await listing.client.get<Page<Order>>(`${listing.path}?${query}`);
    expect({ query, status: reply.status, text: reply.text.slice(0, 300) }).toMatchObject({ status: 200 });
    return { ids: reply.body.items.map(({ id }) => id), next: reply.body.nextCursor };
  };

  const expectedOf = ({ filters, implied }: Listing): string[] => {
    const all = { ...filters, ...implied };
    return listed.filter((order) => matches(order, all)).map(({ _id }) => _id);
  };

  /** Follows a list by its cursors, to its end where it has no more pages than told. The number of pages. */
  const expectPages = async (
    listing: Listing,
    expected: string[],
    most: { pages: number; limit: number },
  ): Promise<number> => {
    const limit = Math.min(most.limit, Math.max(1, Math.ceil(expected.length / 2)));
    const seen: string[] = [];
    let pages = 0;
    let cursor: string | undefined;
    do {
      const { ids, next } = await page(listing, limit, cursor);
      pages += 1;
      seen.push(...ids);
      // Every page but the last is full, and the last one is known as such.
      expect({ filters: listing.filters, pages, on: ids.length, ends: next === null }).toEqual({
        filters: listing.filters,
        pages,
        on: Math.min(limit, expected.length - (pages - 1) * limit),
        ends: pages * limit >= expected.length,
      });
      cursor = next ?? undefined;
    } while (cursor !== undefined && pages < most.pages);
    expect({ filters: listing.filters, seen }).toEqual({
      filters: listing.filters,
      seen: expected.slice(0, pages * limit),
    });
    return pages;
  };

  /** A cursor says where in the order of all lists to go on; it may come from a list with other filters. */
  const expectPageAfter = async (listing: Listing, whole: string[], { shown, cursor }: Middle): Promise<void> => {
    const expected = whole.filter((id) => !shown.has(id));
    const { ids, next } = await page(listing, FEW, cursor);
    expect({ filters: listing.filters, ids, ends: next === null }).toEqual({
      filters: listing.filters,
      ids: expected.slice(0, FEW),
      ends: expected.length <= FEW,
    });
  };

  /** A cursor amidst orders of one instant, as staff get it from the list of everything. */
  const middle = async (): Promise<Middle> => {
    const isTie = (index: number) => listed[index]?.listedAt?.getTime() === listed[index + 1]?.listedAt?.getTime();
    let index = Math.floor(listed.length / 2);
    while (!isTie(index) || !isTie(index - 1)) index += 1;
    const position = found(listed[index]);
    const to = new Date(found(position.listedAt).getTime() + 1);
    const before = listed.filter(({ listedAt }) => found(listedAt) < to);
    const { ids, next } = await page(
      { client: support, path: '/orders', filters: { to } },
      before.indexOf(position) + 1,
    );
    expect(ids.at(-1)).toBe(position._id);
    const shown = new Set(listed.slice(0, index + 1).map(({ _id }) => _id));
    return { shown, cursor: found(next ?? undefined) };
  };

  /** Demands of each listing that it is right, page by page and after a foreign cursor, and read from indexes alone. */
  const expectAll = async (listings: Listing[]): Promise<void> => {
    const elsewhere = await middle();
    let requests = 0;
    const queries = await profiled(async () => {
      await inParallel(listings, async (listing) => {
        const expected = expectedOf(listing);
        const pages = await expectPages(listing, expected, { pages: 2, limit: FEW });
        requests += pages;
        // A second page has been asked for with a cursor already; hundreds of staff's lists need no third request.
        if (pages > 1 && !listing.implied) return;
        await expectPageAfter(listing, expected, elsewhere);
        requests += 1;
      });
    });
    expect(queries.length).toBe(requests);
    await expectIndexedPlans(queries);
  };

  it('has orders to find: ties, guests, parts of several vendors, and one that meets every filter', () => {
    expect(listed.length).toBeGreaterThan(ORDERS * 0.9);
    expect(listed.filter((order) => matches(order, allFilters())).length).toBeGreaterThan(3);
    expect(listed.filter(({ customerId }) => customerId === undefined).length).toBeGreaterThan(100);
    expect(listed.filter(({ vendorOrders }) => vendorOrders.length > 1).length).toBeGreaterThan(100);
  });

  it('are right and read from indexes for staff, by every combination of filters', async () => {
    const choices = { ...allFilters(), number: pivot.number };
    const listings = combinations(choices, STATUSES).map((filters) => ({ client: support, path: '/orders', filters }));
    expect(listings).toHaveLength(2 ** 8 * 3);
    await expectAll(listings);
  }, 120_000);

  it('are right and read from indexes for a vendor, by every combination that it may use', async () => {
    const allowed = { vendorId: VENDOR, status: [STATUS], trackingNumber: PARCEL, ...period };
    const choices = { ...allowed, number: pivot.number };
    const implied = { vendorId: VENDOR };
    const listings = combinations(choices, STATUSES).map((filters) => ({
      client: vendor,
      path: '/orders',
      filters,
      implied,
    }));
    expect(listings).toHaveLength(2 ** 5 * 3);
    await expectAll(listings);
  });

  it("are right and read from indexes for a customer's history, for the customer and for staff", async () => {
    const path = `/orders/user/${CUSTOMER}`;
    const histories = combinations({ status: [STATUS], ...period }, STATUSES);
    const implied = { customerId: CUSTOMER };
    await expectAll(
      [customer, support].flatMap((client) => histories.map((filters) => ({ client, path, filters, implied }))),
    );
  });

  it('come whole, without gap or repeat, where most orders share their instant with others', async () => {
    const instants = new Set(listed.map(({ listedAt }) => found(listedAt).getTime()));
    expect(instants.size).toBeLessThan(listed.length / 5);
    const staff = [{}, { vendorId: VENDOR }, { vendorId: VENDOR, status: STATUSES }, { customerId: CUSTOMER }];
    const listings: Listing[] = [
      ...staff.map((filters) => ({ client: support, path: '/orders', filters })),
      { client: vendor, path: '/orders', filters: {}, implied: { vendorId: VENDOR } },
    ];
    for (const listing of listings) {
      const expected = expectedOf(listing);
      expect(await expectPages(listing, expected, { pages: ORDERS, limit: 70 })).toBe(Math.ceil(expected.length / 70));
    }
  });

  it('read no more orders than they return, of frequent values and, after those, of rare ones', async () => {
    const staff = (filters: Filters): Listing => ({ client: support, path: '/orders', filters });
    const ofVendor = (filters: Filters): Listing => ({
      ...staff(filters),
      client: vendor,
      implied: { vendorId: VENDOR },
    });
    const ofCustomer = (filters: Filters, customerId: string): Listing => ({
      client: support,
      path: `/orders/user/${customerId}`,
      filters,
      implied: { customerId },
    });
    const listings: Listing[] = [
      ...[{}, { from: period.from }, { to: period.to }, period].map(staff),
      ...[CUSTOMER, RARE_CUSTOMER].flatMap((customerId) => [
        staff({ customerId }),
        ofCustomer({}, customerId),
        ofCustomer({ status: [STATUS] }, customerId),
        ofCustomer({ status: [RARE_STATUS] }, customerId),
        ofCustomer({ status: [RARE_STATUS, 'pending'] }, customerId),
      ]),
      ...[[STATUS], [RARE_STATUS], STATUSES, [RARE_STATUS, 'returned']].flatMap((status) => [
        staff({ status }),
        ofVendor({ status }),
        staff({ vendorId: VENDOR, status }),
        staff({ vendorId: RARE_VENDOR, status }),
      ]),
      ...[VENDOR, RARE_VENDOR].map((vendorId) => staff({ vendorId })),
      ofVendor({}),
      ...[PAYMENT, RARE_PAYMENT].map((paymentStatus) => staff({ paymentStatus })),
      ...[EMAIL, found(listed.find(({ email }) => email !== undefined && email !== EMAIL)).email].map((email) =>
        staff({ email: found(email) }),
      ),
      ...[PARCEL, 'PARCEL-1'].map((trackingNumber) => staff({ trackingNumber })),
      staff({ number: pivot.number }),
      ofVendor({ number: pivot.number }),
    ];
    const limit = 20;
    const queries = await profiled(async () => {
      for (const listing of listings) await page(listing, limit);
    });
    expect(queries).toHaveLength(listings.length);
    const wasteful = queries
      .map(({ docsExamined, keysExamined, nreturned, command }, index) => {
        const listing = found(listings[index]);
        const expected = Math.min(limit + 1, expectedOf(listing).length);
        return { filters: listing.filters, hint: command.hint, expected, nreturned, docsExamined, keysExamined };
      })
      .filter(({ expected, nreturned, docsExamined }) => nreturned !== expected || docsExamined > expected);
    expect(wasteful).toEqual([]);
  });

  it('stay near what they return on later pages, among orders of the same instant', async () => {
    const { cursor } = await middle();
    const limit = 20;
    const queries = await profiled(async () => {
      for (const filters of [{}, { vendorId: VENDOR }, { status: [STATUS] }, { paymentStatus: PAYMENT }]) {
        await page({ client: support, path: '/orders', filters }, limit, cursor);
      }
    });
    const most = Math.max(...tally(listed.map(({ listedAt }) => found(listedAt).getTime())).values());
    expect(most).toBeGreaterThan(5);
    for (const { docsExamined } of queries) expect(docsExamined).toBeLessThanOrEqual(limit + 1 + most);
    expect(queries).toHaveLength(4);
  });

  it('find a number as people type it, and nothing by the number of an order that was never announced', async () => {
    const staff = async (filters: Filters) => (await page({ client: support, path: '/orders', filters }, 20)).ids;
    const { number } = pivot;
    await expect(staff({ number: number.toLowerCase().replaceAll('-', ' ') })).resolves.toEqual([pivot._id]);
    await expect(staff({ number: unlisted.number })).resolves.toEqual([]);
    await expect(staff({ number: 'NO-NUMBER' })).resolves.toEqual([]);
    const others: Filters[] = [
      { vendorId: RARE_VENDOR },
      { customerId: RARE_CUSTOMER },
      { status: [RARE_STATUS] },
      { vendorId: VENDOR, status: [RARE_STATUS] },
      { paymentStatus: RARE_PAYMENT },
      { email: 'nobody@example.com' },
      { trackingNumber: 'PARCEL-1' },
      { from: new Date(found(pivot.listedAt).getTime() + 1) },
      { to: found(pivot.listedAt) },
    ];
    for (const other of others) {
      expect({ other, ids: await staff({ number, ...other }) }).toEqual({ other, ids: [] });
    }
  });

  it('show a vendor nothing of another, and let it filter by nothing that it is not shown', async () => {
    const foreign = await vendor.get<Page<Order>>(`/orders?vendorId=${RARE_VENDOR}`);
    expect(foreign.body).toEqual({ items: [], nextCursor: null });
    const hidden = { customerId: CUSTOMER, email: EMAIL, paymentStatus: PAYMENT };
    for (const filters of combinations({ ...hidden, number: pivot.number })) {
      if (Object.keys(filters).every((filter) => filter === 'number')) continue;
      expectProblem(await vendor.get(`/orders?${queryOf(filters, 20)}`), 403, 'forbidden');
    }
    const reply = await vendor.get<Page<Order>>(`/orders?trackingNumber=${PARCEL}&limit=100`);
    for (const { vendorOrders } of reply.body.items) {
      expect(vendorOrders.map(({ vendorId }) => vendorId)).toEqual([VENDOR]);
      expect(vendorOrders[0]?.shipments.map(({ trackingNumber }) => trackingNumber)).toContain(PARCEL);
    }
  });

  it('take times with their offset and dates, and refuse what leaves the instant open', async () => {
    const client = support;
    const from = found(pivot.listedAt);
    const inParis = `${new Date(from.getTime() + 2 * 60 * MINUTE_MS).toISOString().slice(0, -1)}+02:00`;
    const byOffset = await client.get<Page<Order>>(`/orders?from=${encodeURIComponent(inParis)}`);
    const byUtc = await client.get<Page<Order>>(`/orders?from=${from.toISOString()}`);
    expect(byOffset.body).toEqual(byUtc.body);
    expect((await client.get<Page<Order>>('/orders?from=2026-01-01&limit=1')).body.items).toHaveLength(1);
    expect((await client.get<Page<Order>>('/orders?to=2026-01-01&limit=1')).body.items).toHaveLength(0);
    const open = ['2026-01-01T00:00:00', '2026-W01-1', '2026-001', '2026-02-30', '2026-01-01T24:00:00Z', '20260101'];
    for (const instant of [
      ...open,
      '2026-01-01T23:59:60Z',
      '2026-01-01T00:00:00+25:00',
      '2026',
      '+012026-01-01',
      '1',
    ]) {
      expectProblem(await client.get(`/orders?from=${encodeURIComponent(instant)}`), 400, 'validation_failed');
      expectProblem(await client.get(`/orders/user/x?to=${encodeURIComponent(instant)}`), 400, 'validation_failed');
    }
  });
});

/** All subsets of the filters, with one status and, where given, with several. */
function combinations(choices: Filters, statuses?: readonly string[]): Filters[] {
  let all: Filters[] = [{}];
  for (const [name, value] of Object.entries(choices)) {
    all = all.flatMap((filters) => [
      filters,
      { ...filters, [name]: value as unknown },
      ...(name === 'status' && statuses ? [{ ...filters, status: statuses }] : []),
    ]);
  }
  return all;
}

/** The contract of the lists, order by order. */
function matches(order: StoredOrder, filters: Filters): boolean {
  const { vendorId, customerId, status, paymentStatus, number, email, trackingNumber, from, to } = filters;
  return (
    (number === undefined || order.number === number) &&
    (customerId === undefined || order.customerId === customerId) &&
    (paymentStatus === undefined || order.payment.status === paymentStatus) &&
    (email === undefined || order.email === email) &&
    order.listedAt !== undefined &&
    (!from || order.listedAt >= from) &&
    (!to || order.listedAt < to) &&
    (vendorId !== undefined || !status || status.includes(order.status)) &&
    order.vendorOrders.some(
      (part) =>
        (vendorId === undefined || (part.vendorId === vendorId && (!status || status.includes(part.status)))) &&
        (trackingNumber === undefined || part.shipments.some((parcel) => parcel.trackingNumber === trackingNumber)),
    )
  );
}

function queryOf({ status, from, to, ...plain }: Filters, limit: number, cursor?: string): string {
  return new URLSearchParams({
    ...plain,
    ...(status && { status: status.join(',') }),
    ...(from && { from: from.toISOString() }),
    ...(to && { to: to.toISOString() }),
    limit: String(limit),
    ...(cursor !== undefined && { cursor }),
  }).toString();
}

/** Some thousand orders made of a few real ones; the same ones in every run, but for their ids and numbers. */
function manyOrders(placed: StoredOrder[]): StoredOrder[] {
  const random = randomNumbers(1);
  const below = (bound: number) => Math.floor(random() * bound);
  const pick = <Value>(values: readonly Value[]): Value => found(values[below(values.length)]);
  const statuses = VENDOR_ORDER_STATUSES.filter((status) => status !== RARE_STATUS);
  const payments = PAYMENT_STATUSES.filter((status) => status !== RARE_PAYMENT);
  const shipment = found(placed.flatMap(({ vendorOrders }) => vendorOrders.flatMap(({ shipments }) => shipments))[0]);
  return Array.from({ length: ORDERS }, (_, index) => {
    const order = structuredClone(pick(placed));
    const tends = random() < 0.2;
    const isRare = index % 500 === 0;
    const some = <Value>(wanted: Value, other: () => Value): Value => (tends && random() < 0.8 ? wanted : other());
    order._id = randomUUID();
    order.number = orderNumber(randomBytes(ORDER_NUMBER_BYTES));
    order.placedAt = instant(below(INSTANTS));
    order.listedAt = order.placedAt;
    order.customerId = isRare ? RARE_CUSTOMER : some(CUSTOMER, () => `customer-${below(60)}`);
    order.email = some(EMAIL, () => `guest-${below(300)}@example.com`);
    order.payment.status = isRare ? RARE_PAYMENT : some(PAYMENT, () => pick(payments));
    for (const part of order.vendorOrders) {
      part.vendorId = some(VENDOR, () => `vendor-${below(8)}`);
      part.status = some(STATUS, () => pick(statuses));
      const trackingNumber = some(PARCEL, () => `PARCEL-${below(800)}`);
      part.shipments = part.shipments.length > 0 || random() < 0.5 ? [{ ...shipment, trackingNumber }] : [];
    }
    const [first, second] = order.vendorOrders;
    if (first && isRare) Object.assign(first, { vendorId: RARE_VENDOR, status: RARE_STATUS });
    // An order has one part of a vendor.
    if (second) second.vendorId = 'vendor-9';
    order.status = orderStatus(order.vendorOrders.map(({ status }) => status));
    delete order.workDueAt;
    if (!tends && random() < 0.5) delete order[random() < 0.5 ? 'customerId' : 'email'];
    if (random() < 0.03) delete order.listedAt;
    return order;
  });
}

function instant(index: number): Date {
  return new Date(FIRST_LISTED_AT + index * MINUTE_MS);
}

function newestFirst(one: StoredOrder, other: StoredOrder): number {
  const later = found(other.listedAt).getTime() - found(one.listedAt).getTime();
  if (later !== 0) return later;
  return one._id < other._id ? 1 : -1;
}

/** Mulberry32: numbers from 0 to 1 that are the same in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function isSlow(plan: PlanStage): boolean {
  const inputs = [...(plan.inputStage ? [plan.inputStage] : []), ...(plan.inputStages ?? [])];
  return plan.stage === 'COLLSCAN' || plan.stage === 'SORT' || inputs.some(isSlow);
}

function tally(values: number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

async function inParallel<Item>(items: Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: PARALLEL_REQUESTS }, worker));
}

function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The suite lacks what it needs to know');
  return value;
}
