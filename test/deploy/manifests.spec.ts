import 'reflect-metadata';
import { getMetadataStorage } from 'class-validator';
import { AppModule } from '../../apps/order-service/src/app.module.js';
import { Config } from '../../apps/order-service/src/config/config.js';
import { parseConfig } from '../../apps/order-service/src/config/parse-config.js';
import { STOP_MARGIN_MS } from '../../apps/order-service/src/graceful-stop.js';
import { PING_TIMEOUT_MS } from '../../apps/order-service/src/health/health-checks.js';
import { HealthController } from '../../apps/order-service/src/health/health.controller.js';
import { schemaFaults, unknownFields } from './kubernetes-schemas.js';
import { manifestOf, OVERLAYS, renderOverlay, type Manifest, type Overlay } from './manifests.js';
import { routesOf, routesOfController } from './routes.js';

const RENDER_TIMEOUT_MS = 300_000;
/** What the Secret of production is documented to hold (docs/operations.md). */
const PRODUCTION_SECRET = {
  MONGODB_URI: 'mongodb://orders:secret@mongodb-0.mongodb.mongodb:27017/orders?replicaSet=rs0',
  GUEST_TOKEN_SECRET: 'x'.repeat(32),
};

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

interface Container {
  readonly image: string;
  readonly command?: readonly string[];
  readonly ports?: readonly { name: string; containerPort: number }[];
  readonly env?: readonly { name: string }[];
  readonly envFrom?: readonly { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly resources: { readonly requests: object; readonly limits: object };
  readonly securityContext: object;
}

interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: object;
  readonly containers: readonly [Container];
}

interface PodOwner {
  readonly spec: {
    readonly selector: object;
    readonly template: { readonly metadata: { readonly labels: Record<string, string> }; readonly spec: PodSpec };
  };
}

const settings = new Set(
  getMetadataStorage()
    .getTargetValidationMetadatas(Config, '', true, false)
    .map(({ propertyName }) => propertyName),
);
const rendered = new Map<Overlay, Manifest[]>();

beforeAll(async () => {
  // One after the other: the first may have to fetch the program.
  for (const overlay of OVERLAYS) rendered.set(overlay, await renderOverlay(overlay));
}, RENDER_TIMEOUT_MS);

function read(text: unknown): string {
  return Buffer.from(String(text), 'base64').toString();
}

describe.each(OVERLAYS)('the manifests of %s', (overlay) => {
  const all = () => rendered.get(overlay) ?? [];
  const of = (kind: string, name?: string) => manifestOf(all(), kind, name);
  const pod = () => (of('Deployment') as Manifest & PodOwner).spec.template.spec;
  const environment = (): Record<string, string> => {
    const { data } = of('ConfigMap') as Manifest & { data: Record<string, string> };
    if (overlay === 'production') return { ...data, ...PRODUCTION_SECRET };
    const secret = Object.entries((of('Secret') as Manifest & { data: Record<string, string> }).data);
    return { ...data, ...Object.fromEntries(secret.map(([name, value]) => [name, read(value)])) };
  };

  it('are what the schemas of Kubernetes say', async () => {
    expect(all().length).toBeGreaterThan(10);
    const faults: string[] = [];
    // One by one: jest's loader of modules is not made for imports that race.
    for (const each of all()) {
      for (const fault of await schemaFaults(each)) faults.push(`${each.kind} ${each.metadata.name}: ${fault}`);
    }
    expect(faults).toEqual([]);
  });

  it('have no field that Kubernetes does not know', () => {
    expect(unknownFields(all())).toEqual([]);
  }, 60_000);

  it('are in one namespace, which admits nothing but restricted pods', () => {
    const [{ metadata }, ...others] = all().filter(({ kind }) => kind === 'Namespace') as [Manifest];
    expect(others).toEqual([]);
    expect(metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    for (const each of all().filter(({ kind }) => kind !== 'Namespace'))
      expect({ name: each.metadata.name, namespace: each.metadata.namespace }).toMatchObject({
        namespace: metadata.name,
      });
  });

  it('keep every container from what it does not need', () => {
    const owners = all().filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job'].includes(kind));
    expect(owners.length).toBeGreaterThanOrEqual(2);
    for (const { spec } of owners as (Manifest & PodOwner)[]) {
      expect(spec.template.spec).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const container of spec.template.spec.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources).toMatchObject({
          requests: { cpu: expect.anything() as string, memory: expect.anything() as string },
          limits: { memory: expect.anything() as string },
        });
      }
    }
    // That of the image.
    expect(pod().securityContext).toMatchObject({ runAsUser: 1000, runAsGroup: 1000 });
  });

  it('probe the routes that the service has for it, on its port', () => {
    const [container] = pod().containers;
    const { ports, startupProbe, livenessProbe, readinessProbe } = container;
    const probes = [startupProbe, livenessProbe, readinessProbe];
    expect(probes.map(({ httpGet }) => httpGet.path)).toEqual(['/health/startup', '/health/live', '/health/ready']);
    expect(routesOfController(HealthController)).toEqual(
      expect.arrayContaining(probes.map(({ httpGet }) => httpGet.path)),
    );
    const { PORT } = parseConfig(environment());
    for (const { httpGet } of probes)
      expect(ports?.find(({ name }) => name === httpGet.port)?.containerPort).toBe(PORT);
  });

  it('wait for a probe longer than the service waits for MongoDB', () => {
    const [{ readinessProbe }] = pod().containers;
    expect(readinessProbe.timeoutSeconds * 1000).toBeGreaterThan(PING_TIMEOUT_MS);
    expect(readinessProbe.timeoutSeconds).toBeLessThanOrEqual(readinessProbe.periodSeconds);
  });

  it('take a stopping replica from its callers before it closes, and kill it only when it has had its time', () => {
    const { containers, terminationGracePeriodSeconds } = pod();
    const [{ readinessProbe, lifecycle }] = containers;
    const { SHUTDOWN_DRAIN_MS, SHUTDOWN_TIMEOUT_MS, REQUEST_TIMEOUT_MS } = parseConfig(environment());
    const noticedMs =
      (readinessProbe.periodSeconds * readinessProbe.failureThreshold + readinessProbe.timeoutSeconds) * 1000;
    expect(SHUTDOWN_DRAIN_MS).toBeGreaterThanOrEqual(noticedMs);
    // stopGracefully gives half of it to the requests under way.
    expect(SHUTDOWN_TIMEOUT_MS / 2).toBeGreaterThanOrEqual(REQUEST_TIMEOUT_MS);
    const stoppedMs = lifecycle.preStop.sleep.seconds * 1000 + SHUTDOWN_DRAIN_MS + SHUTDOWN_TIMEOUT_MS + STOP_MARGIN_MS;
    expect(terminationGracePeriodSeconds * 1000).toBeGreaterThan(stoppedMs);
    // Nobody should wait much longer than that for a node to drain.
    expect(terminationGracePeriodSeconds * 1000).toBeLessThan(stoppedMs * 2);
  });

  it('set only settings that the service has, to values that it takes', () => {
    const [container] = pod().containers;
    const configMap = all().find(({ kind }) => kind === 'ConfigMap')?.metadata.name;
    expect(container.envFrom).toEqual([
      { configMapRef: { name: configMap } },
      { secretRef: { name: 'order-service' } },
    ]);
    const names = [...Object.keys(environment()), ...(container.env ?? []).map(({ name }) => name)];
    expect(names.filter((name) => !settings.has(name))).toEqual([]);
    expect(parseConfig(environment())).toMatchObject({ NODE_ENV: overlay, CONFIG_DEFAULTS: 'refused' });
  });

  it('prepare the database with the image and the connection string of the service', () => {
    const job = (of('Job', 'order-service-prepare') as Manifest & PodOwner).spec.template.spec.containers[0];
    expect(job.image).toBe(pod().containers[0].image);
    expect(job.image).not.toMatch(/:latest$|^[^:]+$/u);
    expect(job.command).toEqual(['node', '--enable-source-maps', 'dist/apps/order-service/bundle/prepare-database.js']);
    expect(job.env).toEqual([
      { name: 'MONGODB_URI', valueFrom: { secretKeyRef: { name: 'order-service', key: 'MONGODB_URI' } } },
    ]);
  });

  it('select the pods of the Deployment and no others', () => {
    const { labels } = (of('Deployment') as Manifest & PodOwner).spec.template.metadata;
    const jobLabels = (of('Job', 'order-service-prepare') as Manifest & PodOwner).spec.template.metadata.labels;
    const selectors: Record<string, string>[] = [
      (of('Service') as Manifest & { spec: { selector: Record<string, string> } }).spec.selector,
      ...['Deployment', 'PodDisruptionBudget'].map(
        (kind) =>
          (of(kind) as Manifest & { spec: { selector: { matchLabels: Record<string, string> } } }).spec.selector
            .matchLabels,
      ),
      (of('NetworkPolicy') as Manifest & { spec: { podSelector: { matchLabels: Record<string, string> } } }).spec
        .podSelector.matchLabels,
    ];
    for (const selector of selectors) {
      expect(labels).toMatchObject(selector);
      expect(jobLabels).not.toMatchObject(selector);
    }
  });

  it('open every route to the public but those of operations', () => {
    const { spec } = of('Ingress') as Manifest & {
      spec: { rules: { http: { paths: { path: string; pathType: string }[] } }[] };
    };
    const paths = spec.rules.flatMap(({ http }) => http.paths);
    const isOpen = (route: string) => paths.some(({ path }) => route === path || route.startsWith(`${path}/`));
    const operational = routesOfController(HealthController);
    const routes = routesOf(AppModule);
    expect(routes).toEqual(expect.arrayContaining(['/carts', '/orders/:id', '/health/live', '/metrics']));
    expect(routes.filter((route) => !operational.includes(route) && !isOpen(route))).toEqual([]);
    expect(['/health/live', '/health/ready', '/metrics'].filter(isOpen)).toEqual([]);
    for (const path of ['/docs', '/docs-json', '/docs-yaml']) expect(isOpen(path)).toBe(true);
    for (const { pathType } of paths) expect(pathType).toBe('Prefix');
  });
});

describe('the manifests of production', () => {
  const all = () => rendered.get('production') ?? [];

  it('hold no secret', () => {
    expect(all().filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  it('let Prometheus read the figures', () => {
    const monitor = manifestOf(all(), 'ServiceMonitor') as Manifest & {
      spec: { endpoints: { port: string; path: string }[] };
    };
    expect(monitor.spec.endpoints).toEqual([{ port: 'http', path: '/metrics', interval: '15s', scrapeTimeout: '10s' }]);
    expect(routesOfController(HealthController)).toContain('/metrics');
  });

  it('keep two replicas serving while a node is drained', () => {
    const { spec } = manifestOf(all(), 'HorizontalPodAutoscaler') as Manifest & {
      spec: { minReplicas: number; scaleTargetRef: object };
    };
    const budget = manifestOf(all(), 'PodDisruptionBudget') as Manifest & { spec: { maxUnavailable: number } };
    expect(spec.scaleTargetRef).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'order-service' });
    expect(spec.minReplicas - budget.spec.maxUnavailable).toBeGreaterThanOrEqual(2);
    expect((manifestOf(all(), 'Deployment') as Manifest & { spec: object }).spec).not.toHaveProperty('replicas');
  });
});

describe('the check of manifests', () => {
  const deployment = () =>
    structuredClone(manifestOf(rendered.get('production') ?? [], 'Deployment') as Manifest & PodOwner);

  it('finds a misspelt field, a missing one and a wrong type', async () => {
    const good = deployment();
    const spec = good.spec.template.spec as unknown as Record<string, unknown>;
    const misspelt = { ...good, spec: { ...good.spec, template: { spec: { ...spec, terminationGracePeriod: 5 } } } };
    expect(unknownFields([misspelt]).join('\n')).toContain('terminationGracePeriod');
    const missing = { ...good, spec: { ...good.spec, selector: undefined } };
    expect(await schemaFaults(missing)).not.toEqual([]);
    const wrong = { ...good, spec: { ...good.spec, minReadySeconds: 'five' } };
    expect(await schemaFaults(wrong)).not.toEqual([]);
  }, 60_000);

  it('knows every kind that it meets', async () => {
    expect(await schemaFaults({ ...deployment(), kind: 'Unheard' }).catch(String)).toMatch(/Unheard/u);
  });
});
