import { AppModule } from './app.module.js';
import { policyTables } from './auth/policy-table.js';
import { servedHandlers } from './auth/served-handlers.js';

export const POLICY_FILE = 'docs/policy.md';

/** docs/policy.md as it should be. */
export function policyDocument(): string {
  const { callers, addresses } = policyTables(servedHandlers(AppModule));
  return `# Who may do what

Made from \`apps/order-service/src/auth/policy.ts\` by \`npm run policy\`; a test fails when this file does not follow it, and another asks every route
and subject as every caller.

- \`own\`: what belongs to the caller (a vendor's own part of an order; the one cart or order that a guest's token is for), or what the request makes.
- \`any\`: whoever it belongs to.
- \`-\`: refused, with 403 \`forbidden\`; without a token with 401 \`unauthenticated\`; to a guest whose token is for a resource of another kind with 404.

What a caller does not reach answers exactly as what does not exist: 404 \`not_found\`. Of a token with several roles only those count that may ask for the
operation: somebody who is a customer and support changes its own cart, and nobody else's, as support may change none. A token that is not valid is
refused everywhere, also where none is needed.

${callers}

## By which routes and subjects

${addresses}

Besides these the service serves \`/docs\` and its documents to anybody, unless \`DOCS_ENABLED\` is false.
`;
}
