// The direction of dependencies: domain <- contracts <- a feature's domain <- persistence <- services <- controllers <- app.
// A rule that stands in the way is changed here, with its reason, or the code is moved; there are no exceptions elsewhere.

const SERVICE = '^apps/order-service/src/';
const SIMULATOR = '^apps/marketplace-simulator/';
const CONTRACTS = '^libs/contracts/src/';
const DOMAIN = '^libs/domain/src/';
const TRACING = '^libs/tracing/src/';
const SPEC = '\\.(spec|spec-support)\\.tsx?$';
const MONGOOSE = '^node_modules/(@nestjs/)?mongoose/';
const BUNDLER = '^apps/(order-service/bundle-web|bundle-programs)\\.mjs$';
const BROWSER = `${SERVICE}.+/browser/`;
const ENTRY_POINTS = [
  '^apps/[^/]+/src/(main|prepare-database|write-policy|write-settings|print-contracts|(audit|dead-letters|reconcile)/main)\\.ts$',
  // The bundler names what begins a page.
  `${BROWSER}main\\.tsx$`,
];
// Where the build has put things is the one thing there that others may know: it depends on how deep that file lies.
const BOOTSTRAP = `${SERVICE}(?!build-files)[^/]+\\.ts$`;

/** What every feature stands on. It knows none of them. */
const GROUND = '(messaging|auth|config|common|web)';

/** Which other features a feature may use. One that is not listed may use none. */
const USES = {
  orders: ['cart', 'payment-client', 'catalog-client', 'notifications'],
  cart: ['catalog-client'],
  tracking: ['orders'],
  // The gauge of overdue work asks the orders' repository, the figures of payment events their consumer, and those of viewers their streams.
  health: ['orders', 'payment-client', 'tracking'],
  // A command of its own, on messages alone.
  'dead-letters': [],
  // A command of its own, which holds what is stored of orders against everything else.
  reconcile: ['orders'],
  // Another one, which verifies what is stored of orders' audit chains.
  audit: ['orders'],
  // What is forgotten of a user lies in carts and orders.
  privacy: ['orders', 'cart'],
};

const between = (from, allowed) => ({
  name: `${from}-uses-only-its-features`,
  comment: `${from} may use ${allowed.join(', ')} of the other features, so that each can be read and changed by itself.`,
  severity: 'error',
  from: { path: `${SERVICE}${from}/` },
  to: { path: `${SERVICE}[^/]+/`, pathNot: `${SERVICE}(${[from, ...allowed].join('|')}|${GROUND})/` },
});

const libraries = [
  {
    name: 'domain-library-stands-alone',
    comment: 'Money, allocation and state machines are arithmetic: no framework, no I/O, no other library.',
    severity: 'error',
    from: { path: DOMAIN, pathNot: SPEC },
    to: { pathNot: DOMAIN },
  },
  {
    name: 'contracts-stand-alone',
    comment:
      'Other services install the contracts as a package; they must not get a framework or this service with them. Its clients need NATS, ' +
      'and fetch with types.',
    severity: 'error',
    from: { path: CONTRACTS, pathNot: SPEC },
    to: { pathNot: [CONTRACTS, '^node_modules/(@nats-io|openapi-fetch)/', '^node:'], dependencyTypesNot: ['core'] },
  },
  {
    name: 'tracing-stands-alone',
    comment:
      'It begins and ends spans. What they are about is told by those who use it; the SDK is known to one file, which is loaded only where it is wanted.',
    severity: 'error',
    from: { path: TRACING, pathNot: SPEC },
    to: { pathNot: [TRACING, '^node_modules/@opentelemetry/'] },
  },
  {
    name: 'tracing-sdk-is-loaded-on-demand',
    comment: 'Without an exporter a process has the API of OpenTelemetry alone.',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: [SPEC, `${TRACING}sdk\\.ts$`] },
    to: { path: '^node_modules/@opentelemetry/', pathNot: '^node_modules/@opentelemetry/api/' },
  },
  {
    name: 'libraries-know-no-application',
    comment: 'Libraries are below the applications. The local stack starts them as processes, from the build.',
    severity: 'error',
    from: { path: '^libs/' },
    to: { path: '^(apps|test)/' },
  },
];

const layers = [
  {
    name: 'domain-is-pure',
    comment:
      'Rules of the business take values and give values: no Nest, no mongoose, no clock or randomness of node:, no ' +
      'persistence, no services. A quoted line is the one value that comes from outside the feature.',
    severity: 'error',
    from: { path: `${SERVICE}([^/]+)/domain/`, pathNot: SPEC },
    to: { pathNot: [`${SERVICE}$1/domain/`, CONTRACTS, DOMAIN, `${SERVICE}catalog-client/quoted-line\\.ts$`] },
  },
  {
    name: 'persistence-knows-only-the-domain',
    comment: 'What is stored follows the domain; services, controllers and the shapes of replies are above it.',
    severity: 'error',
    from: { path: `${SERVICE}([^/]+)/persistence/`, pathNot: SPEC },
    to: {
      path: SERVICE,
      pathNot: [
        `${SERVICE}$1/(domain|persistence)/`,
        `${SERVICE}${GROUND}/`,
        `${SERVICE}catalog-client/quoted-line\\.ts$`,
      ],
    },
  },
  {
    name: 'persistence-is-its-feature-s-own',
    comment:
      'One feature writes a collection. Others ask its services; the gauges of overdue work and of orders by status, and the reading commands, are the exceptions.',
    severity: 'error',
    from: {
      path: `${SERVICE}([^/]+)/`,
      pathNot: `${SERVICE}(health/(metrics|order-counts)|reconcile/stored-orders|audit/.+)\\.ts$`,
    },
    to: { path: `${SERVICE}[^/]+/persistence/`, pathNot: `${SERVICE}$1/persistence/` },
  },
  {
    name: 'controllers-go-through-services',
    comment: 'A controller reads the request, makes one call and presents the result.',
    severity: 'error',
    from: { path: '\\.controller\\.ts$' },
    to: { path: '/persistence/' },
  },
  {
    name: 'nothing-knows-a-controller',
    comment: 'Controllers are the outermost layer; only modules list them.',
    severity: 'error',
    from: { path: SERVICE, pathNot: '\\.(module|controller|controller\\.spec)\\.ts$' },
    to: { path: '\\.controller\\.ts$' },
  },
  {
    name: 'mongoose-stays-in-persistence',
    comment: 'No mongoose document leaves persistence/: the rest of the service can be read without knowing mongoose.',
    severity: 'error',
    from: {
      path: '^apps/',
      pathNot: [
        // The bundler tells what mongoose exports.
        BUNDLER,
        `${SERVICE}[^/]+/persistence/`,
        `${SERVICE}(common|health)/`,
        '\\.module\\.ts$',
        `${SERVICE}(prepare-database|reconcile/stored-orders|audit/stored-chains)\\.ts$`,
      ],
    },
    to: { path: MONGOOSE },
  },
];

const features = [
  ...Object.entries(USES).map(([from, allowed]) => between(from, allowed)),
  {
    name: 'feature-uses-no-other-feature',
    comment:
      'A feature that is not listed above stands alone. The payment client in particular knows no order: orders ' +
      'register the handler of payment events with it.',
    severity: 'error',
    from: {
      path: `${SERVICE}([^/]+)/`,
      pathNot: [`${SERVICE}(${Object.keys(USES).join('|')})/`, `${SERVICE}${GROUND}/`],
    },
    to: { path: `${SERVICE}[^/]+/`, pathNot: [`${SERVICE}$1/`, `${SERVICE}${GROUND}/`] },
  },
  {
    name: 'ground-knows-no-feature',
    comment: 'Messaging, auth, config, common and web serve every feature, so they depend on none.',
    severity: 'error',
    from: { path: `${SERVICE}${GROUND}/` },
    to: { path: `${SERVICE}[^/]+/`, pathNot: `${SERVICE}${GROUND}/` },
  },
  {
    name: 'nothing-knows-the-bootstrap',
    comment: 'The files at the root wire the service together; whoever imports them imports all of it.',
    severity: 'error',
    from: { path: `${SERVICE}[^/]+/` },
    to: { path: BOOTSTRAP },
  },
];

const browser = [
  {
    name: 'browser-code-stands-alone',
    comment:
      'What is bundled for browsers imports neither Node.js nor the service: it knows of the service what the API says. The ' +
      'service may import it, to render the same on the server.',
    severity: 'error',
    from: { path: BROWSER, pathNot: SPEC },
    to: { pathNot: [BROWSER, '^node_modules/preact/'] },
  },
];

const applications = [
  {
    name: 'service-knows-no-tooling',
    comment: 'The image of the service holds no local stack, no tests and no stand-ins for other services.',
    severity: 'error',
    from: { path: SERVICE, pathNot: SPEC },
    to: { path: ['^libs/local-stack/', '^test/', SIMULATOR] },
  },
  {
    name: 'simulator-knows-only-contracts',
    comment:
      'It stands in for other services, which share nothing with the Order Service but the contracts, and the way in which traces go on.',
    severity: 'error',
    from: { path: SIMULATOR },
    to: { path: ['^apps/', '^libs/', '^test/'], pathNot: [SIMULATOR, CONTRACTS, DOMAIN, TRACING] },
  },
  {
    name: 'test-tools-use-public-interfaces',
    comment:
      'The replay is a customer, and the fault suite a witness: they see what HTTP, NATS and the database show, and never the ' +
      'inside of an application.',
    severity: 'error',
    from: { path: '^test/(load|faults|contract)/' },
    to: { path: '^apps/' },
  },
  {
    name: 'no-test-in-production-code',
    comment: 'Specs and their fixtures are left out of the build.',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: SPEC },
    to: { path: [SPEC, '^test/'] },
  },
];

const everywhere = [
  {
    name: 'no-circular',
    comment: 'Of two files that need each other neither can be understood, tested or loaded first.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment: 'A file without any connection is left over.',
    severity: 'error',
    // Jest loads its setup and teardown by name, and a spec may read what it tests from the disk.
    from: { orphan: true, pathNot: ['^test/support/global-(setup|teardown)\\.ts$', ...ENTRY_POINTS, SPEC] },
    to: {},
  },
  {
    name: 'no-unused-files',
    comment: 'What no entry point leads to is dead, even where it imports something or a spec still tests it.',
    severity: 'error',
    from: { path: ENTRY_POINTS },
    to: { path: '^apps/[^/]+/src/', pathNot: [SPEC, ...ENTRY_POINTS], reachable: false },
  },
  {
    name: 'resolvable',
    comment: 'Every import leads to a file or to a package of package.json.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-undeclared-package',
    comment: 'A package that only comes along with another may be gone with its next version. Types are erased.',
    severity: 'error',
    from: {},
    to: {
      dependencyTypes: ['npm-no-pkg', 'npm-unknown'],
      dependencyTypesNot: ['type-only'],
      // Where ESM finds jest's functions; it is jest's own.
      pathNot: '^node_modules/@jest/globals/',
    },
  },
  {
    name: 'no-development-package-in-production',
    comment: 'The image is installed without devDependencies. Types are erased, so they may come from there.',
    severity: 'error',
    from: { path: '^(apps|libs/(contracts|domain|tracing))/', pathNot: [SPEC, BUNDLER] },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm'] },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [...libraries, ...layers, ...features, ...browser, ...applications, ...everywhere],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(libs/contracts/)?dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Imports of types count too: they are how a layer comes to know another.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
    reporterOptions: { text: { highlightFocused: true } },
  },
};
