import { type ChildProcess, spawn } from 'node:child_process';
import { fstatSync, openSync } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PerennialError } from '../errors/error.ts';
import { ownerOf } from './ownership.ts';
import { type Platform, type PlatformEvent, readUrls, startPlatform } from './platform.ts';

export interface UpOptions {
  readonly state?: string;
  readonly portBase?: number;
  readonly detach?: boolean;
  readonly json?: boolean;
}

/** `perennial up`: starts the embedded platform, says where it answers, and stays until Ctrl-C. */
export async function runUp({
  state = process.env.PERENNIAL_STATE || '.perennial',
  portBase,
  detach = false,
  json = false,
}: UpOptions): Promise<void> {
  if (detach) return await upInBackground({ state, portBase, json });
  const startedAt = Date.now();
  // Listened for from the start: whoever presses Ctrl-C early must not leave half a platform behind.
  const asked = untilAsked();
  const platform = await startPlatform({ state, portBase, onEvent: (event) => report(event, json) });
  announce(platform.urls, Date.now() - startedAt, json, 'Ctrl-C stops everything');
  await asked;
  if (!json) process.stderr.write('Stopping: what runs is drained…\n');
  await platform.stop();
}

/** `perennial down`: asks the supervisor of a state folder to stop, and waits until it has. */
export async function runDown({
  state = process.env.PERENNIAL_STATE || '.perennial',
}: {
  readonly state?: string;
}): Promise<boolean> {
  const owner = await ownerOf(resolve(state));
  if (owner === null) return false;
  process.kill(owner, 'SIGTERM');
  while ((await ownerOf(resolve(state))) !== null) await sleep(100);
  return true;
}

async function upInBackground({
  state,
  portBase,
  json,
}: {
  readonly state: string;
  readonly portBase: number | undefined;
  readonly json: boolean;
}): Promise<void> {
  const startedAt = Date.now();
  await mkdir(join(state, 'logs'), { recursive: true });
  const logPath = join(state, 'logs', 'up.log');
  const log = openSync(logPath, 'a');
  const { size: alreadyLogged } = fstatSync(log);
  const args = [
    process.argv[1] ?? '',
    'up',
    '--state',
    state,
    ...(portBase === undefined ? [] : ['--port-base', `${portBase}`]),
  ];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, log] });
  if (!(await isReady(child, state, startedAt))) {
    const said = (await readFile(logPath)).subarray(alreadyLogged).toString().trim();
    throw new PerennialError('PRN-PLATFORM-005', { message: `The platform did not start (${logPath}): ${said}` });
  }
  child.unref();
  const urls = await readUrls(resolve(state));
  if (urls) announce(urls, Date.now() - startedAt, json, 'perennial down stops it');
}

/** The supervisor writes urls.json when all is ready; an older file does not count. False: it has ended before. */
async function isReady(child: ChildProcess, state: string, startedAt: number): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const written = await stat(join(state, 'urls.json')).catch(() => null);
    if (written && written.mtimeMs >= startedAt) return true;
    await sleep(50);
  }
  return false;
}

function report(event: PlatformEvent, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(event)}\n`);
  else if (event.kind === 'ready')
    process.stderr.write(`  ✔ ${event.name.padEnd(10)} ${(event.ms / 1000).toFixed(1)} s\n`);
  else if (event.kind === 'restarting')
    process.stderr.write(`  ↻ ${event.name} died (${event.why}); starting it again\n`);
}

function announce(urls: Platform['urls'], ms: number, json: boolean, how: string): void {
  if (json) return void process.stdout.write(`${JSON.stringify({ kind: 'up', urls, ms })}\n`);
  process.stderr.write(
    `\nPerennial is up (${(ms / 1000).toFixed(1)} s).\n  Temporal UI  ${urls.temporalUi}\n  API          ${urls.api}\n  Gateway      ${urls.gateway}\n\nNext: perennial apply <model file>. ${how}.\n`,
  );
}

function untilAsked(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
