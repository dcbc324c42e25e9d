import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Figure, figure, goalRow, type Row } from '../report/row.ts';
import { killedPeerRows } from './killed-peers.ts';
import { commandPlan, steps } from './plans.ts';
import { type RunningPlatform, withPlatform } from './running-platform.ts';

/** A command stage says every second that it lives; after this silence another worker takes it. */
const heartbeatSeconds = 5;

interface Recovery {
  readonly repeated: Figure;
  readonly seconds: Figure;
}

/** kill -9 in the middle of 20 steps of 0.3 s: what is done twice, and how long nothing goes on. Nobody does anything. */
export async function killRows({ runs, peers }: { readonly runs: number; readonly peers: boolean }): Promise<Row[]> {
  const [worker, server] = await withPlatform(async (running) => [
    await recovery(running, 'control', runs),
    await recovery(running, 'temporal', runs),
  ]);
  const rows = [
    goalRow(`worker killed: steps of ${steps.chain} done again`, 1, worker.repeated),
    goalRow(
      'worker killed: s until work goes on',
      heartbeatSeconds + 2,
      worker.seconds,
      `of which ${heartbeatSeconds} s are the heartbeat time-out, after which the step counts as lost`,
    ),
    goalRow(`Temporal server killed: steps of ${steps.chain} done again`, 0, server.repeated),
    goalRow('Temporal server killed: s until work goes on', heartbeatSeconds + 2, server.seconds),
  ];
  return peers ? [...rows, ...(await killedPeerRows(worker.seconds))] : rows;
}

async function recovery(running: RunningPlatform, victim: string, runs: number): Promise<Recovery> {
  const repeated: number[] = [];
  const seconds: number[] = [];
  for (let at = 0; at < runs; at += 1) {
    const run = await killOnce(running, victim, join(running.state, `marks-${victim}-${at}`));
    repeated.push(run.repeated);
    seconds.push(run.seconds);
    await untilRevived(running, victim);
  }
  return { repeated: figure(repeated), seconds: figure(seconds) };
}

async function killOnce({ platform, timeRun }: RunningPlatform, victim: string, marks: string) {
  const ended = timeRun(commandPlan(marks));
  ended.catch(() => undefined);
  while ((await startsIn(marks)).length <= steps.chain / 2) {
    // A run that broke would never get there.
    await Promise.race([sleep(20), ended]);
  }
  await sleep(150);
  const pid = platform.pids()[victim];
  if (pid === undefined) throw new Error(`${victim} does not run`);
  const killedAt = Date.now();
  process.kill(pid, 'SIGKILL');
  await ended;
  const starts = await startsIn(marks);
  const next = starts.find((at) => at > killedAt);
  if (next === undefined) throw new Error(`nothing ran after ${victim} was killed`);
  return { repeated: starts.length - steps.chain, seconds: (next - killedAt) / 1000 };
}

/** When each step began, in ms of the epoch, repetitions included. */
async function startsIn(marks: string): Promise<number[]> {
  const text = await readFile(marks, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Number(line.split(' ')[1]));
}

async function untilRevived({ platform }: RunningPlatform, victim: string): Promise<void> {
  const before = platform.pids()[victim];
  await sleep(2_000);
  // Restarted more than once, it would not be what was meant to be measured.
  if (before === undefined || platform.pids()[victim] !== before) throw new Error(`${victim} keeps dying`);
}
