const compiled = (parser, transform) => [
  '@swc/jest',
  {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true, ...parser },
      transform: { legacyDecorator: true, decoratorMetadata: true, ...transform },
    },
    module: { type: 'es6' },
  },
];

/** @type {import('jest').Config} */
const shared = {
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': compiled({}, {}),
    '^.+\\.tsx$': compiled({ tsx: true }, { react: { runtime: 'automatic', importSource: 'preact' } }),
  },
  moduleNameMapper: {
    '^@marketplace/contracts/http$': '<rootDir>/libs/contracts/src/http/index.ts',
    '^@marketplace/(contracts|domain|local-stack|tracing)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};

export default {
  // What runs side by side in one suite mostly waits for its own orders.
  maxConcurrency: 10,
  testSequencer: './test/support/longest-first.mjs',
  projects: [
    {
      ...shared,
      displayName: 'unit',
      rootDir: '.',
      testMatch: ['<rootDir>/{apps,libs,test}/**/*.spec.{ts,tsx}'],
    },
    {
      ...shared,
      displayName: 'e2e',
      rootDir: '.',
      testMatch: ['<rootDir>/test/{e2e,contract}/**/*.e2e-spec.ts'],
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/support/global-teardown.ts',
      setupFilesAfterEnv: ['<rootDir>/test/support/suite-setup.ts'],
    },
    {
      ...shared,
      displayName: 'long',
      rootDir: '.',
      testMatch: ['<rootDir>/test/{faults,fuzz}/**/*.e2e-spec.ts'],
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/support/global-teardown.ts',
      setupFilesAfterEnv: ['<rootDir>/test/support/suite-setup.ts'],
    },
    {
      ...shared,
      displayName: 'restore',
      rootDir: '.',
      testMatch: ['<rootDir>/test/restore/**/*.e2e-spec.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/support/suite-setup.ts'],
    },
    {
      ...shared,
      displayName: 'browser',
      rootDir: '.',
      testMatch: ['<rootDir>/test/browser/**/*.browser-spec.ts'],
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/support/global-teardown.ts',
      setupFilesAfterEnv: ['<rootDir>/test/support/suite-setup.ts'],
    },
  ],
};
