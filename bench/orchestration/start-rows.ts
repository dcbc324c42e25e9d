import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { forkReady, runCapped } from '../report/child.ts';
import { compiled, freePorts, inTempFolder, repository } from '../report/place.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { type RunningPlatform, withPlatform } from './running-platform.ts';

/** How long one waits: `perennial up` once it has run before, and a worker that joins a running platform. */
export async function startRows({ runs }: { readonly runs: number }): Promise<Row[]> {
  const ups = await inTempFolder('up', async (folder) => {
    const state = join(folder, 'state');
    await secondsUntilUp(state); // makes the databases
    return await repeated(runs, () => secondsUntilUp(state));
  });
  return await withPlatform(async (running) => {
    const control = await repeated(runs, () => secondsUntilReady(running, 'control'));
    const training = await repeated(runs, () => secondsUntilReady(running, 'training'));
    return [
      goalRow(
        '`perennial up` from the second time on, s',
        6,
        figure(ups),
        'the command line, until all programs answer',
      ),
      goalRow('control worker from spawn to ready, s', 1.2, figure(control), 'prebuilt workflow bundle; all workflows'),
      goalRow('training worker from spawn to ready, s', 1.2, figure(training)),
      goalRow('`perennial --help` over bare `node -e 0`', 1.5, figure(await helpOverNode(3 * runs))),
    ];
  });
}

async function secondsUntilUp(state: string): Promise<number> {
  const perennial = async (...args: string[]) => {
    const command = [process.execPath, compiled('src/cli/main.js'), ...args, '--state', state];
    const ended = await runCapped(command, { cwd: repository, capMs: 120_000 });
    if (ended.code !== 0)
      throw new Error(`perennial ${args[0]} ended with ${ended.code}: ${ended.errors}${await logOf(state)}`);
    return ended.ms / 1000;
  };
  const seconds = await perennial('up', '--detach', '--port-base', `${await freePorts()}`);
  await perennial('down');
  return seconds;
}

async function helpOverNode(rounds: number): Promise<number[]> {
  const fastest = async (argv: readonly string[]) => {
    const times = await repeated(rounds, async () => {
      const { ms } = await runCapped([process.execPath, ...argv], { cwd: repository, capMs: 20_000 });
      return ms;
    });
    return Math.min(...times);
  };
  const [help, bare] = [await fastest([compiled('src/cli/main.js'), '--help']), await fastest(['-e', '0'])];
  return [help / bare];
}

async function logOf(state: string): Promise<string> {
  return await readFile(join(state, 'logs', 'up.log'), 'utf8').catch(() => '');
}

/** One more worker of this kind, beside the one that the platform has. */
async function secondsUntilReady({ platform, state }: RunningPlatform, kind: 'control' | 'training'): Promise<number> {
  const child = await forkReady(compiled(`workers/${kind}.js`), [], {
    log: join(state, 'logs', `bench-${kind}.log`),
    env: {
      TEMPORAL_ADDRESS: platform.urls.temporal,
      TEMPORAL_NAMESPACE: 'default',
      PERENNIAL_DATABASE_URL: platform.urls.database,
      PERENNIAL_STORE: pathToFileURL(join(state, 'objects')).href,
      PERENNIAL_STATE: state,
      PERENNIAL_NAME: `bench-${kind}`,
    },
  });
  await child.stop();
  return child.readyAfterMs / 1000;
}

async function repeated(times: number, measure: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  for (let at = 0; at < times; at += 1) values.push(await measure());
  return values;
}
