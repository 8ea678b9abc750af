import { Injectable } from '@nestjs/common';
import type { SimulatorDials } from '@marketplace/contracts';
import { MAX_DELAY_MS, SimulatorConfig } from '../config/simulator-config.js';
import { MalformedRequestError, type Fields } from '../messaging/request-reader.js';

/** Whose requests a dial is about; the simulator's own are never disturbed. */
export type SimulatedService = 'catalog' | 'inventory' | 'payments' | 'simulator';

const DIAL_KINDS: Readonly<Record<keyof SimulatorDials, 'delay' | 'rate' | 'flag'>> = {
  latencyMs: 'delay',
  authorizeLatencyMs: 'delay',
  declineRate: 'rate',
  lostReplyRate: 'rate',
  lateReplyRate: 'rate',
  lateReplyMs: 'delay',
  doubleReplyRate: 'rate',
  duplicateEventRate: 'rate',
  eventDelayMs: 'delay',
  reorderEvents: 'flag',
  failCatalog: 'flag',
  failInventory: 'flag',
  failPayments: 'flag',
};

/** The faults shown at the moment. After a restart they are again what the environment says. */
@Injectable()
export class DialsService {
  private dials: Readonly<SimulatorDials>;

  constructor(config: SimulatorConfig) {
    this.dials = { ...config.dials };
  }

  get current(): Readonly<SimulatorDials> {
    return this.dials;
  }

  /**
   * Turns the dials that are named; the others stay.
   *
   * @throws MalformedRequestError for an unknown dial or a value out of its range; nothing is turned then
   */
  turn(changes: Fields): Readonly<SimulatorDials> {
    for (const [name, value] of Object.entries(changes)) {
      const kind = Object.hasOwn(DIAL_KINDS, name) ? DIAL_KINDS[name as keyof SimulatorDials] : undefined;
      if (!kind) throw new MalformedRequestError(`there is no dial ${name}`);
      const max = kind === 'delay' ? MAX_DELAY_MS : 1;
      const fits =
        kind === 'flag' ? typeof value === 'boolean' : typeof value === 'number' && value >= 0 && value <= max;
      if (!fits) throw new MalformedRequestError(`${name} must be ${kind === 'flag' ? 'a boolean' : `0 to ${max}`}`);
    }
    this.dials = { ...this.dials, ...changes };
    return this.dials;
  }

  isDead(service: SimulatedService): boolean {
    const { failCatalog, failInventory, failPayments } = this.dials;
    return { catalog: failCatalog, inventory: failInventory, payments: failPayments, simulator: false }[service];
  }

  latencyMs(service: SimulatedService): number {
    return service === 'simulator' ? 0 : this.dials.latencyMs;
  }

  /** How much later than it should a reply leaves. */
  replyDelayMs(service: SimulatedService): number {
    return service === 'payments' && this.happens('lateReplyRate') ? this.dials.lateReplyMs : 0;
  }

  /** How often a reply is sent. */
  replyTimes(service: SimulatedService): 1 | 2 {
    return service === 'payments' && this.happens('doubleReplyRate') ? 2 : 1;
  }

  /** Whether something that happens at this rate happens now. */
  happens(rate: keyof SimulatorDials & `${string}Rate`): boolean {
    return this.dials[rate] > 0 && Math.random() < this.dials[rate];
  }
}
