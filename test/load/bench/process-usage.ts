import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, which Linux tells programs in whatever the kernel counts in. */
const TICKS_A_SECOND = 100;
const PAGE_BYTES = 4096;

/** What a process has used so far. */
export interface Usage {
  cpuMs: number;
  residentBytes: number;
}

/** By the name of the program; a process that has ended is left out. */
export type Usages = Record<string, Usage>;

/** Reads what several processes have used, from /proc. */
export function readUsages(pids: Readonly<Record<string, number>>): Usages {
  const usages: Usages = {};
  for (const [name, pid] of Object.entries(pids)) {
    const usage = readUsage(pid);
    if (usage) usages[name] = usage;
  }
  return usages;
}

export function readUsage(pid: number): Usage | undefined {
  try {
    return { cpuMs: cpuMsOf(textOf(pid, 'stat')), residentBytes: residentBytesOf(textOf(pid, 'statm')) };
  } catch {
    return undefined;
  }
}

/** Time in user and system mode, from `/proc/<pid>/stat`. The program's name is in parentheses and may hold anything. */
export function cpuMsOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_A_SECOND;
}

/** Pages in memory, from `/proc/<pid>/statm`. */
export function residentBytesOf(statm: string): number {
  return Number(statm.split(' ')[1]) * PAGE_BYTES;
}

/** What was used in between: time as the difference, memory as it was at the end. */
export function usedBetween(before: Usages, after: Usages): Usages {
  const used: Usages = {};
  for (const [name, { cpuMs, residentBytes }] of Object.entries(after)) {
    used[name] = { cpuMs: cpuMs - (before[name]?.cpuMs ?? 0), residentBytes };
  }
  return used;
}

/** The process of this name that runs, if there is one: Wine's server, which does a part of MongoDB's work where that runs under Wine. */
export function pidOf(name: string): number | undefined {
  return readdirSync('/proc')
    .map(Number)
    .find((pid) => Number.isInteger(pid) && nameOf(pid) === name);
}

function nameOf(pid: number): string | undefined {
  try {
    return textOf(pid, 'comm').trim();
  } catch {
    return undefined;
  }
}

function textOf(pid: number, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, 'utf8');
}
