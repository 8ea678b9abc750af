import { ConfigurationError, readConfig } from './simulator-config.js';

describe('the configuration of the simulator', () => {
  it('has every dial off by default', () => {
    const config = readConfig({});
    expect(config.natsServers).toEqual(['nats://127.0.0.1:4222']);
    expect(Object.values(config.dials).every((dial) => dial === 0 || dial === false)).toBe(true);
  });

  it('reads the dials, the servers and the level', () => {
    const config = readConfig({
      NATS_URL: 'nats://a:4222, nats://b:4222',
      SIMULATOR_DECLINE_RATE: '0.25',
      SIMULATOR_FAIL_PAYMENTS: 'true',
      LOG_LEVEL: 'warn',
    });
    expect(config.natsServers).toEqual(['nats://a:4222', 'nats://b:4222']);
    expect(config.dials).toMatchObject({ declineRate: 0.25, failPayments: true });
    expect(config.logLevels).toEqual(['fatal', 'error', 'warn']);
  });

  it('names every bad value at once', () => {
    const environment = { SIMULATOR_DECLINE_RATE: '2', SIMULATOR_REORDER_EVENTS: 'yes', LOG_LEVEL: 'loud' };
    expect(() => readConfig(environment)).toThrow(ConfigurationError);
    expect(() => readConfig(environment)).toThrow(/LOG_LEVEL.*SIMULATOR_DECLINE_RATE.*SIMULATOR_REORDER_EVENTS/);
  });
});
