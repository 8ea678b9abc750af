import { jest } from '@jest/globals';
import { undocumented } from './http-contract.js';

// Suites start real processes and wait for real conditions, each wait with a deadline of its own.
jest.setTimeout(60_000);

// A test may let requests fail, and with them the demand that replies are documented.
afterAll(() => {
  expect(undocumented()).toEqual([]);
});
