import { readConfig } from '../config/simulator-config.js';
import { DialsService } from './dials.service.js';

const dials = () => new DialsService(readConfig({ SIMULATOR_LATENCY_MS: '5' }));

describe('the dials', () => {
  it('turns the dials that are named and leaves the others', () => {
    const service = dials();
    service.turn({ declineRate: 1 });
    expect(service.turn({ failPayments: true })).toMatchObject({ latencyMs: 5, declineRate: 1, failPayments: true });
    expect(service.isDead('payments')).toBe(true);
    expect(service.isDead('catalog')).toBe(false);
    expect(service.isDead('simulator')).toBe(false);
    expect(service.happens('declineRate')).toBe(true);
    expect(service.happens('lostReplyRate')).toBe(false);
  });

  it('makes replies of the Payment Service late or double, and of no other', () => {
    const service = dials();
    expect([service.replyDelayMs('payments'), service.replyTimes('payments')]).toEqual([0, 1]);
    service.turn({ lateReplyRate: 1, lateReplyMs: 70, doubleReplyRate: 1 });
    expect([service.replyDelayMs('payments'), service.replyTimes('payments')]).toEqual([70, 2]);
    expect([service.replyDelayMs('inventory'), service.replyTimes('inventory')]).toEqual([0, 1]);
  });

  it.each<Record<string, unknown>>([
    { lateness: 1 },
    { declineRate: 2 },
    { latencyMs: -1 },
    { failCatalog: 'yes' },
    { toString: 1 },
  ])('refuses %j and turns nothing', (changes) => {
    const service = dials();
    const before = service.current;
    expect(() => service.turn({ eventDelayMs: 9, ...changes })).toThrow();
    expect(service.current).toEqual(before);
  });
});
