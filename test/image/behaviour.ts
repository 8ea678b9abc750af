import { answersOk, databaseUri, findFreePort, startMongo, startNats, waitUntil } from '@marketplace/local-stack';
import type { Engine, Environment, RunningContainer } from './engine.js';

const STARTED_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 10_000;

/** What was expected of the image, and what was seen. */
export interface Observation {
  readonly what: string;
  readonly expected: string;
  readonly seen: string;
}

type Observe = (what: string, expected: string | number, seen: string | number | null) => void;

/** The container alone: it lives, says that it is not ready, takes no token, cannot write, and stops when told. */
export async function observeAlone(engine: Engine, tag: string): Promise<Observation[]> {
  return observing(async (observe) => {
    await withService(engine, tag, {}, async ({ baseUrl, container, startedMs }) => {
      observe('alone: GET /health/live', 200, await statusOf(`${baseUrl}/health/live`));
      observe('alone: GET /health/ready', 503, await statusOf(`${baseUrl}/health/ready`));
      const headers = { Authorization: 'Bearer x' };
      observe('alone: GET /orders with a token of nobody', 401, await statusOf(`${baseUrl}/orders`, { headers }));
      observe('alone: exit code after SIGTERM', 0, await container.stop(STOPPED_WITHIN_MS));
      observe('alone: lives within 60 s', 'yes', startedMs <= STARTED_WITHIN_MS ? 'yes' : `${startedMs} ms`);
    });
    await withContainer(engine, tag, ['sh', '-c', 'id -u; touch /app/x /tmp/x /x; true'], async (container) => {
      await container.ended();
      const lines = (await container.logs()).trim().split('\n');
      observe('its user', '1000', lines[0] ?? '');
      const refused = lines.filter((line) => /read-only file system/iu.test(line)).length;
      observe('places out of three where it cannot write', 3, refused);
    });
  });
}

/** With real servers: it prepares the database, becomes ready, and stops when told. */
export async function observeWithServers(engine: Engine, tag: string): Promise<Observation[]> {
  const log = (line: string): boolean => process.stderr.write(`${line}\n`);
  const [mongo, nats] = await Promise.all([startMongo({ log }), startNats({ log })]);
  try {
    const environment = { MONGODB_URI: databaseUri(mongo.uri, 'image_check'), NATS_URL: nats.url };
    return await observing(async (observe) => {
      await withService(engine, tag, environment, async ({ baseUrl }) => {
        observe('unprepared database: GET /health/ready', 503, await statusOf(`${baseUrl}/health/ready`));
      });
      const prepare = ['node', '--enable-source-maps', 'dist/apps/order-service/bundle/prepare-database.js'];
      await withContainer(
        engine,
        tag,
        prepare,
        async (container) => observe('exit code of the preparation', 0, await container.ended()),
        environment,
      );
      await withService(engine, tag, environment, async ({ baseUrl, container }) => {
        const ready = waitUntil('readiness', answersOk(`${baseUrl}/health/ready`), { deadlineMs: STARTED_WITHIN_MS });
        observe('with MongoDB and NATS: GET /health/ready', 200, await ready.then(() => 200, String));
        observe('with MongoDB and NATS: exit code after SIGTERM', 0, await container.stop(STOPPED_WITHIN_MS));
      });
    });
  } finally {
    await Promise.all([mongo.stop(), nats.stop()]);
  }
}

async function observing(work: (observe: Observe) => Promise<void>): Promise<Observation[]> {
  const observations: Observation[] = [];
  await work((what, expected, seen) => {
    observations.push({ what, expected: String(expected), seen: String(seen) });
  });
  return observations;
}

interface RunningService {
  readonly baseUrl: string;
  readonly container: RunningContainer;
  readonly startedMs: number;
}

async function withService(
  engine: Engine,
  tag: string,
  environment: Environment,
  work: (service: RunningService) => Promise<void>,
): Promise<void> {
  const port = await findFreePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const startedAt = Date.now();
  const withPort = { ...environment, PORT: String(port), HOST: '127.0.0.1' };
  await withContainer(
    engine,
    tag,
    undefined,
    async (container) => {
      await waitUntil('the container coming alive', answersOk(`${baseUrl}/health/live`), {
        deadlineMs: STARTED_WITHIN_MS,
      });
      await work({ baseUrl, container, startedMs: Date.now() - startedAt });
    },
    withPort,
  );
}

/** Shows what a container has said when something goes wrong. */
async function withContainer(
  engine: Engine,
  tag: string,
  command: readonly string[] | undefined,
  work: (container: RunningContainer) => Promise<void>,
  environment: Environment = {},
): Promise<void> {
  const container = await engine.run(tag, environment, command);
  try {
    await work(container);
  } catch (error) {
    process.stderr.write(`${await container.logs()}\n`);
    throw error;
  } finally {
    await container.remove();
  }
}

async function statusOf(url: string, init: RequestInit = {}): Promise<number> {
  return (await fetch(url, { ...init, signal: AbortSignal.timeout(5_000) })).status;
}
