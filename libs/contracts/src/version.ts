/**
 * The version of the contracts: routes, subjects, messages and codes. `package.json` has the same; `npm run check` compares them, and
 * refuses a change that breaks somebody under the same version.
 */
export const CONTRACTS_VERSION = '0.1.0';
