import { execFileSync } from 'node:child_process';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { resolveMongoBinary, resolveNatsBinary } from '@marketplace/local-stack';

/** Where figures were measured, in words. */
export interface Machine {
  processor: string;
  cores: number;
  memoryBytes: number;
  system: string;
  node: string;
  mongodb: string;
  nats: string;
}

export async function describeMachine(): Promise<Machine> {
  const silent = (): void => undefined;
  const mongo = await resolveMongoBinary(silent);
  const nats = await resolveNatsBinary(silent);
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    mongodb: `${versionOf(mongo.path)}, replica set of one, ${mongo.underWine ? 'the Windows build under Wine' : 'native'}`,
    nats: `${versionOf(nats)} with JetStream on disk`,
  };
}

function versionOf(program: string): string {
  const said = execFileSync(program, ['--version'], { encoding: 'utf8' });
  return /v?(\d+\.\d+\.\d+)/u.exec(said)?.[1] ?? 'unknown version';
}
