import { jest } from '@jest/globals';

// Suites start real processes and wait for real conditions, each wait with a deadline of its own.
jest.setTimeout(60_000);
