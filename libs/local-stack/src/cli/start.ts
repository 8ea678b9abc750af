import { join, resolve } from 'node:path';
import {
  DEVELOPMENT_GUEST_TOKEN_SECRET,
  DEVELOPMENT_JWT_AUDIENCE,
  DEVELOPMENT_JWT_ISSUER,
  DEVELOPMENT_JWT_SECRET,
} from '../development-tokens.js';
import { answersOk, type NodeProcessOptions, runNodeProcess, startNodeProcess } from '../node-process.js';
import { tryLock } from '../processes/exclusive-lock.js';
import { startOnFreePort } from '../processes/free-port.js';
import { simulatorAnswers } from '../simulator-readiness.js';
import { readStackState, removeStackState, writeStackState } from '../stack-state.js';
import { Shutdown } from './shutdown.js';
import { endWith, startServers, type StackServers } from './stack-servers.js';
import { welcomeScreen } from './welcome.js';

const SERVICE_GRACE_MS = 2_500;
const SIMULATOR_GRACE_MS = 500;
const DEFAULT_PORT = 3_000;

const folder = resolve('.data');
const logs = join(folder, 'logs');
const watch = process.argv.includes('--watch');
const startedAt = Date.now();
const say = (line: string) => console.log(line);

/** The service's settings that the environment does not give. */
function serviceEnvironment(servers: StackServers, port: number): Record<string, string | undefined> {
  return {
    NODE_ENV: process.env.NODE_ENV || 'development',
    HOST: process.env.HOST || '127.0.0.1',
    PORT: String(port),
    PUBLIC_BASE_URL: process.env.PUBLIC_BASE_URL || `http://localhost:${port}`,
    MONGODB_URI: servers.mongodbUri,
    NATS_URL: servers.natsUrl,
    JWT_SECRET: process.env.JWT_SECRET || DEVELOPMENT_JWT_SECRET,
    JWT_ISSUER: process.env.JWT_ISSUER || DEVELOPMENT_JWT_ISSUER,
    JWT_AUDIENCE: process.env.JWT_AUDIENCE || DEVELOPMENT_JWT_AUDIENCE,
    GUEST_TOKEN_SECRET: process.env.GUEST_TOKEN_SECRET || DEVELOPMENT_GUEST_TOKEN_SECRET,
  };
}

/** The service from the build, or rebuilt and restarted by the Nest CLI at every change. */
function serviceProgram(): Pick<NodeProcessOptions, 'script' | 'args' | 'onLine' | 'readyDeadlineMs'> {
  if (!watch) return { script: resolve('dist/apps/order-service/bundle/main.js') };
  return {
    script: resolve('node_modules/@nestjs/cli/bin/nest.js'),
    args: ['start', 'order-service', '--watch', '--preserveWatchOutput'],
    onLine: say,
    readyDeadlineMs: 120_000,
  };
}

function prepareDatabase(servers: StackServers) {
  return runNodeProcess({
    name: 'Preparing the database',
    script: resolve('dist/apps/order-service/bundle/prepare-database.js'),
    env: { MONGODB_URI: servers.mongodbUri },
    logFile: join(logs, 'prepare-database.log'),
  });
}

function startSimulator(servers: StackServers) {
  return startNodeProcess({
    name: 'The simulator',
    script: resolve('dist/apps/marketplace-simulator/bundle/main.js'),
    env: { NATS_URL: servers.natsUrl, SIMULATOR_DATA_DIR: join(folder, 'simulator') },
    logFile: join(logs, 'simulator.log'),
    isReady: simulatorAnswers(servers.natsUrl),
  });
}

async function startService(servers: StackServers, port: number) {
  const httpUrl = `http://127.0.0.1:${port}`;
  const service = await startNodeProcess({
    name: 'The service',
    ...serviceProgram(),
    env: serviceEnvironment(servers, port),
    logFile: join(logs, 'order-service.log'),
    isReady: answersOk(`${httpUrl}/health/ready`),
  });
  return { service, httpUrl };
}

async function startEverything(shutdown: Shutdown): Promise<void> {
  const servers = await startServers(folder, say, shutdown);
  const [simulator] = await Promise.all([startSimulator(servers), prepareDatabase(servers)]);
  shutdown.add(async () => void (await simulator.stop(SIMULATOR_GRACE_MS)));
  endWith(shutdown, 'The simulator', simulator);
  const wanted = Number(process.env.PORT) || DEFAULT_PORT;
  const { service, httpUrl } = await startOnFreePort(wanted, (port) => startService(servers, port));
  const port = Number(new URL(httpUrl).port);
  if (port !== wanted) say(`Port ${wanted} is taken: the service listens on port ${port} instead`);
  shutdown.add(async () => void (await service.stop(SERVICE_GRACE_MS)));
  endWith(shutdown, 'The service', service);
  const pids = { start: process.pid, service: service.pid, simulator: simulator.pid, ...servers.pids };
  writeStackState({ mongodbUri: servers.mongodbUri, natsUrl: servers.natsUrl, httpUrl, pids });
  say(`Ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  say(await welcomeScreen({ ...servers, httpUrl, logsFolder: '.data/logs' }, process.env.JWT_SECRET || undefined));
}

const lock = tryLock(join(folder, 'start.lock'));
if ('heldBy' in lock) {
  const running = readStackState();
  const where = running === undefined ? 'is still starting' : `listens on ${running.httpUrl}`;
  console.error(`The stack of this folder already runs (process ${lock.heldBy}) and ${where}. Stop that one first.`);
  process.exit(1);
}
process.on('exit', () => {
  removeStackState();
  lock.release();
});
const shutdown = new Shutdown(say);
try {
  removeStackState();
  await startEverything(shutdown);
} catch (error) {
  await shutdown.end(1, (error as Error).message);
}
