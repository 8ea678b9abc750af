/** MongoDB, NATS and the processes of the project, started for development, tests and benchmarks. */
export {
  DEVELOPMENT_GUEST_TOKEN_SECRET,
  DEVELOPMENT_JWT_AUDIENCE,
  DEVELOPMENT_JWT_ISSUER,
  DEVELOPMENT_JWT_SECRET,
  signDevelopmentToken,
  type TokenSubject,
} from './development-tokens.js';
export type { Log } from './log.js';
export { answersOk, type NodeProcessOptions, runNodeProcess, startNodeProcess } from './node-process.js';
export { resolveChromium } from './chromium.js';
export { findFreePort } from './processes/free-port.js';
export { type Exit, ProcessGroup } from './processes/process-group.js';
export { findOnPath, runCommand } from './processes/run-command.js';
export { waitUntil } from './processes/wait-until.js';
export { resolveMongoBinary } from './servers/mongo-binary.js';
export { canInstallDebianPackages, installDebianPackages } from './servers/debian-packages.js';
export { type MongoMember, type MongoServer, startMongo } from './servers/mongo-server.js';
export { databaseOf, databaseUri } from './servers/mongo-uri.js';
export { resolveNatsBinary } from './servers/nats-binary.js';
export { type NatsOptions, type NatsServer, startNats } from './servers/nats-server.js';
export { type Kustomize, resolveKustomize } from './kustomize.js';
export { simulatorAnswers } from './simulator-readiness.js';
export { readStackState, type StackState, writeStackState } from './stack-state.js';
