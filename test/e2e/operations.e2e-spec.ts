import { expectProblem, Marketplace, placeOrder } from '../support/client.js';
import { runServiceProgram } from '../support/service-program.js';
import { joinTestStack, type TestStack } from '../support/stack.js';

type Schema = {
  $ref?: string;
  type?: string | string[];
  description?: string;
  example?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
};
interface Operation {
  summary?: string;
  description?: string;
  parameters?: { name: string; in: string; description?: string; example?: unknown; schema?: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema; examples?: object }> }>;
  security?: object[];
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; securitySchemes: Record<string, { type: string; scheme?: string }> };
}

/** Method and path of every route, with the statuses of its good answers. */
const ROUTES: [string, string, string[]][] = [
  ['post', '/carts', ['200', '201']],
  ['get', '/carts/mine', ['200']],
  ['get', '/carts/{cartId}', ['200']],
  ['delete', '/carts/{cartId}', ['204']],
  ['post', '/carts/{cartId}/items', ['200']],
  ['put', '/carts/{cartId}/items/{sku}', ['200']],
  ['delete', '/carts/{cartId}/items/{sku}', ['200']],
  ['post', '/carts/{cartId}/merge', ['200']],
  ['post', '/orders', ['200', '201']],
  ['get', '/orders', ['200']],
  ['get', '/orders/{id}', ['200']],
  ['put', '/orders/{id}', ['200']],
  ['get', '/orders/user/{userId}', ['200']],
  ['get', '/orders/{id}/timeline', ['200']],
  ['get', '/health/live', ['200']],
  ['get', '/health/ready', ['200', '503']],
  ['get', '/health/startup', ['200']],
  ['get', '/metrics', ['200']],
];
const isOperational = (path: string) => path.startsWith('/health') || path === '/metrics';

describe('operations', () => {
  let stack: TestStack;
  let market: Marketplace;
  let document: Document;

  beforeAll(async () => {
    stack = await joinTestStack();
    market = await Marketplace.open(stack);
    document = (await market.anonymous.get<Document>('/docs-json')).body;
  }, 90_000);

  afterAll(async () => {
    await market?.close();
    await stack?.stop();
  });

  describe('probes', () => {
    interface Health {
      status: string;
      details: Record<string, { status: string }>;
    }

    it('tell that the process lives and has started', async () => {
      for (const path of ['/health/live', '/health/startup']) {
        const reply = await market.anonymous.get<Health>(path);
        expect(reply).toMatchObject({ status: 200, body: { status: 'ok' } });
        expect(Object.keys(reply.body.details)).not.toHaveLength(0);
      }
    });

    it('tell whether traffic may come, check by check', async () => {
      const { status, body } = await market.anonymous.get<Health>('/health/ready');
      expect(status).toBe(200);
      expect(body.details).toMatchObject({
        mongodb: { status: 'up' },
        nats: { status: 'up' },
        draining: { status: 'up' },
      });
    });

    it('are refused with unknown query parameters like everything else', async () => {
      expectProblem(await market.anonymous.get('/health/live?surprise=1'), 400, 'validation_failed');
    });
  });

  it('measures requests by route template for Prometheus', async () => {
    const alice = await market.customer();
    const order = await placeOrder(alice);
    await alice.get(`/orders/${order.id}`);
    const { status, headers, text } = await market.anonymous.get('/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain/u);
    expect(text).toMatch(/^# TYPE http_request_duration_seconds histogram$/mu);
    expect(text).toMatch(/http_request_duration_seconds_count\{[^}]*route="\/orders\/:id"[^}]*\} [1-9]/u);
    expect(text).toMatch(/http_request_duration_seconds_bucket\{[^}]*method="POST"[^}]*status="201"/u);
    expect(text).not.toContain(order.id);
    expect(text).toMatch(/^process_cpu_seconds_total/mu);
  });

  describe('documentation', () => {
    const operation = (method: string, path: string) => document.paths[path]?.[method] as Operation;
    const resolve = (schema: Schema | undefined): Schema => {
      const name = schema?.$ref?.replace('#/components/schemas/', '');
      const whole = (name === undefined ? schema : document.components.schemas[name]) ?? {};
      const properties = [whole, ...(whole.allOf ?? []).map((part) => resolve(part))].map((part) => part.properties);
      return whole.allOf ? { ...whole, properties: Object.assign({}, ...properties) as Record<string, Schema> } : whole;
    };
    const each = (visit: (name: string, operation: Operation, path: string, good: string[]) => void) => {
      for (const [method, path, good] of ROUTES) visit(`${method} ${path}`, operation(method, path), path, good);
    };

    it('has a page', async () => {
      const page = await market.anonymous.get('/docs');
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toMatch(/^text\/html/u);
      expect(page.text).toContain('swagger');
    });

    it('is an OpenAPI 3 document of every route', () => {
      expect(document.openapi).toMatch(/^3\./u);
      const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method} ${path}`),
      );
      expect(documented).toEqual(expect.arrayContaining(ROUTES.map(([method, path]) => `${method} ${path}`)));
    });

    it('says of every operation what it does', () => {
      for (const [path, methods] of Object.entries(document.paths)) {
        for (const [method, { summary, description }] of Object.entries(methods)) {
          expect({ operation: `${method} ${path}`, text: summary || description }).toEqual({
            operation: `${method} ${path}`,
            text: expect.stringMatching(/\w+ \w+/u) as string,
          });
        }
      }
    });

    it('gives every good answer a schema of its own', () => {
      each((name, { responses }, path, good) => {
        for (const status of good) {
          expect({ name, statuses: Object.keys(responses) }).toMatchObject({
            statuses: expect.arrayContaining([status]) as string[],
          });
          if (status === '204' || isOperational(path)) continue;
          const schema = responses[status]?.content?.['application/json']?.schema;
          expect({ name, status, ref: schema?.$ref }).toMatchObject({
            ref: expect.stringMatching(/schemas\/(?:Cart|Order|Timeline)/u) as string,
          });
          expect(Object.keys(resolve(schema).properties ?? {}).length).toBeGreaterThan(1);
        }
      });
      expect(Object.keys(document.components.schemas)).not.toContain('Reply');
    });

    it('describes carts and orders with the fields of the contract', () => {
      const fields = (method: string, path: string, status: string) =>
        Object.keys(
          resolve(operation(method, path).responses[status]?.content?.['application/json']?.schema).properties ?? {},
        );
      const cart =
        'id customerId status currency items vendors totals couponCodes version quotedAt expiresAt createdAt updatedAt';
      const order =
        'id number clientReference customerId email status currency vendorOrders totals payment shippingAddress billingAddress version placedAt updatedAt';
      expect(fields('get', '/carts/{cartId}', '200')).toEqual(expect.arrayContaining(cart.split(' ')));
      expect(fields('get', '/orders/{id}', '200')).toEqual(expect.arrayContaining(order.split(' ')));
      expect(fields('get', '/orders', '200')).toEqual(expect.arrayContaining(['items', 'nextCursor']));
    });

    it('documents failures as problem documents, with their codes', () => {
      each((name, { responses }, path) => {
        if (isOperational(path)) return;
        const failures = Object.entries(responses).filter(
          ([status]) => status.startsWith('4') || status.startsWith('5'),
        );
        const statuses = failures.map(([status]) => status);
        expect({ name, statuses }).toMatchObject({ statuses: expect.arrayContaining(['401', '500']) as string[] });
        for (const [, response] of failures) {
          const content = response.content?.['application/problem+json'];
          expect(Object.keys(resolve(content?.schema).properties ?? {})).toEqual(
            expect.arrayContaining(['type', 'title', 'status', 'code', 'detail', 'instance', 'errors']),
          );
        }
      });
      const codes = JSON.stringify(operation('post', '/orders').responses);
      const expected =
        'validation_failed malformed_json payment_declined not_found cart_not_active price_changed out_of_stock ' +
        'idempotency_in_progress idempotency_key_reused payments_do_not_add_up unknown_sku currency_mismatch catalog_unavailable';
      for (const code of expected.split(' ')) expect(codes).toContain(code);
      expect(JSON.stringify(operation('put', '/orders/{id}').responses)).toContain('illegal_transition');
    });

    it('names the bearer scheme, required on guarded routes and optional on public ones', () => {
      const schemes = Object.entries(document.components.securitySchemes);
      expect(schemes).toContainEqual([expect.any(String), expect.objectContaining({ type: 'http', scheme: 'bearer' })]);
      each((name, { security = [] }, path) => {
        if (isOperational(path)) return;
        expect({ name, requirements: security.length }).not.toEqual({ name, requirements: 0 });
        const isOptional = security.some((requirement) => Object.keys(requirement).length === 0);
        expect({ name, isOptional }).toEqual({ name, isOptional: name === 'post /carts' || name === 'post /orders' });
      });
    });

    it('documents the headers that requests may carry', () => {
      each((name, { parameters = [] }, path) => {
        const headers = parameters.filter((parameter) => parameter.in === 'header').map((header) => header.name);
        if (name.startsWith('post '))
          expect({ name, headers }).toMatchObject({ headers: expect.arrayContaining(['Idempotency-Key']) as string[] });
        const isConditional =
          name.startsWith('put ') || name.startsWith('delete ') || path.startsWith('/carts/{cartId}/');
        if (isConditional)
          expect({ name, headers }).toMatchObject({ headers: expect.arrayContaining(['If-Match']) as string[] });
      });
    });

    it('describes every field that callers send, with an example or a description', () => {
      const visited = new Set<string>();
      const undocumented: string[] = [];
      const visit = (name: string, schema: Schema): void => {
        if (visited.has(name)) return;
        visited.add(name);
        for (const [property, described] of Object.entries(schema.properties ?? {})) {
          const target = described.$ref ?? described.items?.$ref ?? described.allOf?.[0]?.$ref;
          if (target) visit(target, resolve({ $ref: target }));
          const isDocumented = Boolean(described.description ?? described.example ?? described.enum ?? target);
          if (!isDocumented) undocumented.push(`${name}.${property}`);
        }
      };
      for (const [path, methods] of Object.entries(document.paths)) {
        for (const [method, { requestBody, parameters = [] }] of Object.entries(methods)) {
          for (const { schema } of Object.values(requestBody?.content ?? {}))
            visit(schema.$ref ?? `${method} ${path}`, resolve(schema));
          for (const parameter of parameters) {
            const isDocumented = Boolean(
              parameter.description ??
              parameter.example ??
              parameter.schema?.example ??
              parameter.schema?.enum ??
              parameter.schema?.$ref ??
              parameter.schema?.items,
            );
            if (!isDocumented) undocumented.push(`${method} ${path} ${parameter.name}`);
          }
        }
      }
      expect(visited.size).toBeGreaterThan(5);
      expect(undocumented).toEqual([]);
    });

    it('shows examples of requests', () => {
      const body = resolve(operation('post', '/orders').requestBody?.content['application/json']?.schema);
      expect(Object.keys(body.properties ?? {})).toEqual(
        expect.arrayContaining(['cartId', 'items', 'shippingAddress', 'payments', 'expectedTotal', 'clientReference']),
      );
      expect(JSON.stringify(document.components.schemas)).toMatch(/"examples?":/u);
    });
  });

  it('tells the lines of its own code in stacks, and where in the bundle the packages are', async () => {
    const { code, stdout } = await runServiceProgram('prepare-database', {
      MONGODB_URI: 'mongodb://127.0.0.1:1/orders?serverSelectionTimeoutMS=200',
      NODE_OPTIONS: '--enable-source-maps',
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/apps\/order-service\/src\/prepare-database\.ts:\d+/u);
    expect(stdout).toMatch(/bundle\/chunks\/[\w-]+\.js:\d+/u);
  });
});
