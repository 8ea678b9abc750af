import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { AppModule } from './app.module.js';
import { POLICY } from './auth/policy.js';
import { servedHandlers } from './auth/served-handlers.js';
import { policyDocument, POLICY_FILE } from './policy-document.js';

describe('the policy', () => {
  const handlers = servedHandlers(AppModule);

  it('is known to every handler of the application', () => {
    expect(handlers.length).toBeGreaterThan(30);
    expect(handlers.filter(({ operation }) => operation === undefined)).toEqual([]);
  });

  it('names no operation that nothing serves', () => {
    const served = new Set(handlers.map(({ operation }) => operation));
    expect(Object.keys(POLICY).filter((operation) => !served.has(operation as keyof typeof POLICY))).toEqual([]);
  });

  it(`is what ${POLICY_FILE} says: run "npm run policy" when it is not`, () => {
    expect(readFileSync(POLICY_FILE, 'utf8')).toBe(policyDocument());
  });
});
