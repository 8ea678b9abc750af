import type { Latency } from './latency.js';
import type { Usages } from './process-usage.js';

/** What is measured: each name is a kind of work that clients do over and over. */
export const SCENARIOS = ['checkout', 'checkout-captured', 'add-to-cart', 'read-order', 'history', 'track'] as const;
export type Scenario = (typeof SCENARIOS)[number];

/** The same without the service: what its database, its messages and HTTP cost by themselves. */
export type Floor = 'floor-checkout' | 'floor-read-order' | 'floor-history';

/** Who watches the order of a client of `track`; each change of it counts as so many pieces of work. */
export const VIEWERS_AN_ORDER = 4;

export interface Buyer {
  id: string;
  token: string;
}

export interface PlacedOrder {
  id: string;
  number: string;
  cartId: string;
  buyer: Buyer;
}

/** What a client process is to do. It comes as a file. */
export interface Job {
  work: Scenario | Floor | 'place-orders';
  baseUrl: string;
  mongodbUri: string;
  natsUrl: string;
  concurrency: number;
  warmUpMs: number;
  measureMs: number;
  /** Work is begun at this pace and timed from when it was due; as fast as replies come unless told. */
  ratePerSecond?: number;
  /** Everybody who buys; each client has its own share. */
  buyers: readonly Buyer[];
  staffToken: string;
  /** Orders to read. */
  orders: readonly PlacedOrder[];
  /** Processes whose use is read at both ends of the measurement, by name. */
  pids: Readonly<Record<string, number>>;
  /** For `place-orders`: how many. */
  orderCount?: number;
  /** For `floor-checkout`: a file with what the service has done for one order. */
  recording?: string;
}

/** What came of it. */
export interface Measurement {
  seconds: number;
  completed: number;
  errors: Record<string, number>;
  latency: Latency;
  /** The same with what clients who do not wait for replies would have met. */
  corrected: Latency;
  /** Of the parts of one piece of work. */
  steps: Record<string, Latency>;
  usage: Usages;
}

export interface JobResult {
  measurement?: Measurement;
  orders?: PlacedOrder[];
}
