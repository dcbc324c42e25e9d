import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCapped } from '../report/child.ts';

/** What one server did under load for some seconds. */
export interface Load {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
  /** User and system time of the server's whole process tree by its requests. */
  readonly cpuMicros: number;
  /** Memory of the whole tree, shared pages by part (PSS), after the load. */
  readonly memoryMiB: number;
}

export interface LoadTarget {
  readonly url: string;
  readonly pid: number;
  /** Request bodies, sent in turn. */
  readonly bodies: readonly string[];
}

export interface LoadOptions {
  readonly folder: string;
  readonly seconds: number;
  readonly connections: number;
}

/** @throws Error when wrk is not on this machine */
export function requireWrk(): void {
  if (spawnSync('wrk', ['-v']).error !== undefined) throw new Error('the load is made by wrk: apt-get install wrk');
}

/** Closed-loop load by wrk with one thread. */
export async function load(
  { url, pid, bodies }: LoadTarget,
  { folder, seconds, connections }: LoadOptions,
): Promise<Load> {
  const script = join(folder, 'load.lua');
  await writeFile(script, luaOf(new URL(url).pathname, bodies));
  const members = treeOf(pid);
  const before = cpuSeconds(members);
  const command = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, url];
  const { output, errors, code } = await runCapped(command, { cwd: folder, capMs: (seconds + 30) * 1000 });
  const cpu = cpuSeconds(members) - before;
  const numbers = /^figures (.*)$/m.exec(output)?.[1]?.split(' ').map(Number) ?? [];
  const [requests = 0, micros = 1, p50 = 0, p99 = 0, failed = 0] = numbers;
  if (code !== 0 || requests === 0) throw new Error(`wrk on ${url} ended with ${code}: ${output} ${errors}`);
  return {
    requestsPerSecond: requests / (micros / 1e6),
    p50Ms: p50 / 1000,
    p99Ms: p99 / 1000,
    failed,
    cpuMicros: (cpu / requests) * 1e6,
    memoryMiB: memoryMiB(members),
  };
}

/** Ready requests, so that the script costs wrk next to nothing. */
function luaOf(path: string, bodies: readonly string[]): string {
  return [
    `local bodies = {\n${bodies.map((body) => `[==[${body}]==]`).join(',\n')}\n}`,
    'local ready, turn = {}, 0',
    'local headers = { ["content-type"] = "application/json" }',
    `function init() for at = 1, #bodies do ready[at] = wrk.format("POST", "${path}", headers, bodies[at]) end end`,
    'function request() turn = turn % #ready + 1 return ready[turn] end',
    'function done(summary, latency)',
    '  local e = summary.errors',
    '  io.write(string.format("figures %d %d %d %d %d\\n", summary.requests, summary.duration,',
    '    latency:percentile(50), latency:percentile(99), e.status + e.read + e.connect + e.timeout + e.write))',
    'end',
  ].join('\n');
}

function treeOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = Number(statOf(Number(name))[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [pid];
  for (const member of found) found.push(...(children.get(member) ?? []));
  return found;
}

/** Fields of /proc/<pid>/stat after the name, which may hold blanks; of a process that has ended none. */
function statOf(pid: number): string[] {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

const ticksPerSecond = 100;

export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = statOf(pid);
    return sum + (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond;
  }, 0);
}

export function memoryMiB(pids: readonly number[]): number {
  return (
    pids.reduce((sum, pid) => sum + Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0), 0) /
    1024
  );
}

/** Memory of one process, shared pages as a whole: unlike `memoryMiB` it may be asked while delays are measured, for it locks nothing of the process. */
export function residentMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
