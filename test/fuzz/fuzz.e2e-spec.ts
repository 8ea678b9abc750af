import { jest } from '@jest/globals';
import { startTestStack, type TestStack } from '../support/stack.js';
import { fuzz, FUZZ_SETTINGS } from './fuzz.js';
import { OPERATIONS } from './operations.js';

/** Always the same requests: what fails once fails again. The long form has others every time. */
const SEED = 20_261_126;
const REQUESTS = 1_000;

jest.setTimeout(120_000);

describe('requests that are made up', () => {
  let stack: TestStack;

  beforeAll(async () => {
    stack = await startTestStack({ env: FUZZ_SETTINGS });
  });

  afterAll(async () => {
    await stack?.stop();
  });

  it('are answered as documented, and leave no trace where they are refused', async () => {
    const report = await fuzz(stack, { seed: SEED, requests: REQUESTS, log: () => undefined });
    expect(report.findings).toEqual([]);
    expect(report.requests).toBe(REQUESTS);
    // Else they would not get far, or would not be compared.
    expect(report.statuses['200']).toBeGreaterThan(REQUESTS / 20);
    expect(report.statuses['201']).toBeGreaterThan(REQUESTS / 200);
    expect(report.comparedRefusals).toBeGreaterThan(REQUESTS / 4);
    expect(OPERATIONS.length).toBeGreaterThan(40);
  });
});
