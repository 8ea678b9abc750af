import type { OrderServiceApi } from './order-service-api.js';
import { ProblemError, ServiceUnavailableError } from './http-client.js';
import type { OrderPlan } from './plan.js';
import { isComplete, type KnownOrder, replayOrder } from './replay-order.js';

export interface FailedOrder {
  reference: string;
  /** Problem code of the service, or `failed` where there is none. */
  code: string;
  message: string;
}

export interface WorkList {
  /** The orders with something left to do, one list for every customer, by time of purchase. */
  customers: OrderPlan[][];
  /** Orders that stand where the data says. */
  complete: number;
  /** Orders that an earlier run placed and did not finish. */
  begun: number;
}

/** Finds the orders of the data that the service already has, by `clientReference` and customer. */
export async function findKnownOrders(
  api: Pick<OrderServiceApi, 'allOrders'>,
  plans: readonly OrderPlan[],
): Promise<Map<string, KnownOrder>> {
  const customers = new Map(plans.map((plan) => [plan.reference, plan.customerId]));
  const known = new Map<string, KnownOrder>();
  for await (const order of api.allOrders()) {
    const reference = order.clientReference;
    if (reference === undefined || customers.get(reference) !== order.customerId) continue;
    const vendorOrders = order.vendorOrders.map(({ vendorId, status }) => ({ vendorId, status }));
    known.set(reference, { id: order.id, status: order.status, vendorOrders });
  }
  return known;
}

/**
 * Sorts out what is left to do. The orders of one customer stay together and in order: a customer has one active cart, so
 * they cannot be bought at the same time.
 */
export function workListOf(plans: readonly OrderPlan[], known: ReadonlyMap<string, KnownOrder>): WorkList {
  const customers = new Map<string, OrderPlan[]>();
  let complete = 0;
  let begun = 0;
  for (const plan of plans) {
    const order = known.get(plan.reference);
    if (order && isComplete(order, plan)) {
      complete += 1;
      continue;
    }
    if (order) begun += 1;
    const queue = customers.get(plan.customerId);
    if (queue) queue.push(plan);
    else customers.set(plan.customerId, [plan]);
  }
  return { customers: [...customers.values()], complete, begun };
}

export interface RunOptions {
  concurrency: number;
  known: ReadonlyMap<string, KnownOrder>;
  /** Told after every order, finished or failed. */
  onOrder: (failed: boolean) => void;
  /** Once aborted, orders in work are finished and no others begun. */
  signal: AbortSignal;
}

export interface RunResult {
  finished: number;
  failures: FailedOrder[];
  /** Set when the service was not available for so long that the run gave up. */
  unavailable?: string;
}

/** Serves the customers, `concurrency` of them at a time. An order that fails is noted, and the run goes on. */
export async function runReplay(api: OrderServiceApi, work: WorkList, options: RunOptions): Promise<RunResult> {
  const result: RunResult = { finished: 0, failures: [] };
  const waiting = work.customers.values();
  const stopped = (): boolean => options.signal.aborted || result.unavailable !== undefined;

  const serve = async (plan: OrderPlan): Promise<void> => {
    try {
      await replayOrder(api, plan, options.known.get(plan.reference));
      result.finished += 1;
      options.onOrder(false);
    } catch (error) {
      if (error instanceof ServiceUnavailableError) {
        result.unavailable ??= error.message;
        return;
      }
      result.failures.push(failureOf(plan, error));
      options.onOrder(true);
    }
  };
  const worker = async (): Promise<void> => {
    // The workers draw from one iterator, so that every customer is served by exactly one of them.
    for (const plans of waiting) {
      for (const plan of plans) {
        if (stopped()) return;
        await serve(plan);
      }
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  return result;
}

function failureOf(plan: OrderPlan, error: unknown): FailedOrder {
  const code = error instanceof ProblemError ? `${error.status} ${error.code}` : 'failed';
  return { reference: plan.reference, code, message: error instanceof Error ? error.message : String(error) };
}
