import 'reflect-metadata';
import { AppModule } from '../../apps/order-service/src/app.module.js';
import { servedHandlers } from '../../apps/order-service/src/auth/served-handlers.js';
import { POLICY_REQUESTS } from './policy-requests.js';

it('the policy is tried with every route and subject of the application, and with nothing else', () => {
  const served = new Set(servedHandlers(AppModule).map(({ address }) => address));
  const tried = new Set(POLICY_REQUESTS.map(({ address }) => address));
  expect([...served].filter((address) => !tried.has(address))).toEqual([]);
  expect([...tried].filter((address) => !served.has(address))).toEqual([]);
});
