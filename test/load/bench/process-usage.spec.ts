import { cpuMsOf, readUsage, residentBytesOf, usedBetween } from './process-usage.js';

describe('what a process uses', () => {
  it('is read after its name, which may hold spaces and parentheses', () => {
    const fields = Array.from({ length: 40 }, (_, index) => String(index));
    fields[11] = '150';
    fields[12] = '50';
    expect(cpuMsOf(`42 (a (strange) name) ${fields.join(' ')}`)).toBe(2_000);
  });

  it('is in pages of memory', () => {
    expect(residentBytesOf('5000 1000 300 1 0 900 0')).toBe(1_000 * 4_096);
  });

  it('is the time in between, and the memory at the end', () => {
    const before = { service: { cpuMs: 100, residentBytes: 5 } };
    const after = { service: { cpuMs: 350, residentBytes: 7 }, nats: { cpuMs: 30, residentBytes: 3 } };
    expect(usedBetween(before, after)).toEqual({
      service: { cpuMs: 250, residentBytes: 7 },
      nats: { cpuMs: 30, residentBytes: 3 },
    });
  });

  it('is nothing for a process that is gone', () => {
    expect(readUsage(2 ** 30)).toBeUndefined();
  });
});
