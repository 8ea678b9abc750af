// Loaded into a built service before its own code (`node --import`): a request may then say what is to go wrong in the work that
// follows from it. The service knows nothing of it. The classes are those of the build, so they are the ones that the service uses.
import { AsyncLocalStorage } from 'node:async_hooks';
import { Server } from 'node:http';
import mongoose from 'mongoose';
import { CheckoutCarts } from '../../dist/apps/order-service/src/cart/checkout-carts.service.js';
import { CatalogClient } from '../../dist/apps/order-service/src/catalog-client/catalog.client.js';
import { InventoryClient } from '../../dist/apps/order-service/src/catalog-client/inventory.client.js';
import { EventPublisher } from '../../dist/apps/order-service/src/messaging/event-publisher.js';
import { ServiceUnavailableError } from '../../dist/apps/order-service/src/messaging/service-errors.js';
import { OrderRepository } from '../../dist/apps/order-service/src/orders/persistence/order.repository.js';
import { PrepareOrder } from '../../dist/apps/order-service/src/orders/prepare-order.service.js';
import { PaymentClient } from '../../dist/apps/order-service/src/payment-client/payment.client.js';
import { ProblemError } from '../../dist/libs/contracts/src/index.js';

/** What the service itself meets when the other side of a step is away. */
const unpriced = () => new ProblemError('catalog_unavailable', 'prices cannot be had at the moment; try again');
const unanswered = () => new ServiceUnavailableError('a request: TIMEOUT');
const disconnected = () => new mongoose.mongo.MongoNetworkError('connection 1 to 127.0.0.1 closed');
const unacknowledged = () => new Error('TIMEOUT');

/** Each step: the class and the method that it is, how that fails, and which calls of the method are meant where not all are. */
const STEPS = {
  quote: [CatalogClient, 'quote', unpriced],
  'read-cart': [PrepareOrder, 'cart', disconnected],
  'claim-cart': [CheckoutCarts, 'claim', disconnected],
  'insert-order': [OrderRepository, 'insert', disconnected],
  'replace-order': [OrderRepository, 'replaceAbandoned', disconnected],
  'reserve-stock': [InventoryClient, 'reserve', unanswered],
  'authorize-first': [PaymentClient, 'authorize', unanswered, ({ tenderId }) => tenderId === 't1'],
  'authorize-second': [PaymentClient, 'authorize', unanswered, ({ tenderId }) => tenderId === 't2'],
  'write-announcement': [OrderRepository, 'write', disconnected, (_before, after) => after.status === 'pending'],
  'write-outcome': [OrderRepository, 'write', disconnected, (_before, after) => after.status !== 'pending'],
  // The second of an order's, so that the stream holds a part of what was to be published.
  'publish-event': [EventPublisher, 'publish', unacknowledged, (_subject, id) => id.endsWith(':2')],
  'commit-stock': [InventoryClient, 'settle', unanswered, (kind) => kind === 'commit'],
  'release-stock': [InventoryClient, 'settle', unanswered, (kind) => kind === 'release'],
  'return-cart': [CheckoutCarts, 'release', disconnected],
  'note-work': [OrderRepository, 'complete', disconnected],
  void: [PaymentClient, 'void', unanswered],
  capture: [PaymentClient, 'move', unanswered, (kind) => kind === 'capture'],
  refund: [PaymentClient, 'move', unanswered, (kind) => kind === 'refund'],
};

/** The disturbance that a request has brought, `{id, steps: {<step>: <mode>}}`, for all that the service does because of it. */
const disturbances = new AsyncLocalStorage();
/** By the ids of their disturbances: lets the steps that stall go on. */
const stalled = new Map();

const NEVER = new Promise(() => undefined);

/** What becomes of a step. `note` tells the test that it has happened, before anything else can. */
const MODES = {
  // The test kills the process as soon as all that are to die with it have come to their steps.
  'dies-before': async (_original, _failure, note) => {
    note('disturbed');
    await NEVER;
  },
  'dies-after': async (original, _failure, note) => {
    await original();
    note('disturbed');
    await NEVER;
  },
  'fails-before': async (_original, failure, note) => {
    note('disturbed');
    throw failure();
  },
  'fails-after': async (original, failure, note) => {
    await original();
    note('disturbed');
    throw failure();
  },
  // Whoever asks twice goes by what it hears the second time: that it is done already, or that it came too late.
  twice: async (original, _failure, note) => {
    await original();
    const answer = await original();
    note('disturbed');
    return answer;
  },
  stalls: async (original, _failure, note, id) => {
    const resumed = new Promise((resolve) => stalled.set(id, resolve));
    note('disturbed');
    await resumed;
    try {
      return await original();
    } finally {
      note('resumed');
    }
  },
};

/** Has a method called by `around`, which is given the call and its arguments. */
function wrap(prototype, method, around) {
  const original = prototype[method];
  prototype[method] = function wrapped(...args) {
    return around(() => original.apply(this, args), args);
  };
}

for (const [name, [Class, method, failure, isMeant = () => true]] of Object.entries(STEPS)) {
  wrap(Class.prototype, method, async (call, args) => {
    const { id, steps = {} } = disturbances.getStore() ?? {};
    const mode = steps[name];
    if (mode === undefined || !isMeant(...args)) return call();
    // Only the first such step goes wrong.
    delete steps[name];
    return MODES[mode](call, failure, (what) => process.stdout.write(`${what} ${id} ${name}\n`), id);
  });
}

wrap(Server.prototype, 'emit', (call, [event, request]) => {
  const header = event === 'request' ? request.headers['x-disturb'] : undefined;
  if (header === undefined) return call();
  const disturbance = JSON.parse(header);
  stalled.get(disturbance.resume)?.();
  return disturbances.run(disturbance, call);
});
