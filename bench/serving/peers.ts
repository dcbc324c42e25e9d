import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCapped } from '../report/child.ts';
import { freePorts, repository } from '../report/place.ts';
import { lastLine, peerFolder, peerPython } from '../report/python-environment.ts';
import type { FlightModels } from './flight-models.ts';

type FlightRow = FlightModels['rows'][number];

/** Another way to serve the same file, with the same rows in its own form. */
export interface ServingPeer {
  readonly name: string;
  readonly environment: 'fastapi' | 'bentoml' | 'mlflow';
  readonly path: (rows: number) => string;
  readonly body: (rows: readonly FlightRow[]) => object;
  readonly start: (place: {
    readonly bin: string;
    readonly port: number;
    readonly folder: string;
  }) => readonly string[];
  /** What must lie in `folder` before it starts: arguments of the environment's Python. */
  readonly before?: (models: FlightModels, folder: string) => readonly string[];
}

const typed = {
  path: (rows: number) => (rows === 1 ? '/predict' : '/predict-many'),
  body: (rows: readonly FlightRow[]) =>
    rows.length === 1 ? { features: rows[0] } : { rows: rows.map((features) => ({ features })) },
};

export const servingPeers: readonly ServingPeer[] = [
  {
    name: 'FastAPI 0.165.0 + onnxruntime 1.31.1, uvicorn with 1 worker',
    environment: 'fastapi',
    ...typed,
    start: ({ bin, port }) => [
      join(bin, 'uvicorn'),
      'server:app',
      ...listening(port),
      '--no-access-log',
      '--log-level',
      'warning',
    ],
  },
  {
    name: 'BentoML 1.4.39 + onnxruntime 1.31.1, 1 worker',
    environment: 'bentoml',
    ...typed,
    start: ({ bin, port }) => [join(bin, 'bentoml'), 'serve', 'server:Service', ...listening(port)],
  },
  {
    name: 'MLflow 3.17.2 models serve, pyfunc with onnxruntime (no split, no log)',
    environment: 'mlflow',
    path: () => '/invocations',
    body: (rows) => ({ dataframe_records: rows }),
    before: (models, folder) => [join(peerFolder('mlflow'), 'save.py'), models.champion, join(folder, 'saved')],
    start: ({ bin, port, folder }) => [
      ...[join(bin, 'mlflow'), 'models', 'serve', '-m', join(folder, 'saved'), '-p', `${port}`, '-h', '127.0.0.1'],
      ...['--env-manager', 'local'],
    ],
  },
];

export interface RunningPeer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts a peer in its own environment and waits until it answers. @throws Error with its last words when it does not */
export async function startPeer(
  peer: ServingPeer,
  models: FlightModels,
  folder: string,
  rows: number,
): Promise<RunningPeer> {
  const python = await peerPython(peer.environment);
  const bin = dirname(python);
  if (peer.before !== undefined) await mustEndWell([python, ...peer.before(models, folder)]);
  const port = await freePorts();
  const [program = '', ...args] = peer.start({ bin, port, folder });
  const output = openSync(join(folder, 'output.txt'), 'a');
  const child = spawn(program, args, {
    cwd: peerFolder(peer.environment),
    env: { ...process.env, ...environmentOf(models, folder, bin) },
    stdio: ['ignore', output, output],
    detached: true,
  });
  const url = `http://127.0.0.1:${port}${peer.path(rows)}`;
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    const ended = once(child, 'exit');
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    const late = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), 5_000);
    await ended;
    clearTimeout(late);
  };
  const body = JSON.stringify(peer.body(models.rows.slice(0, rows)));
  try {
    await untilAnswered(url, body, () => child.exitCode);
  } catch (error) {
    await stop();
    throw new Error(`${peer.name}: ${error instanceof Error ? error.message : error}; its output: ${folder}`);
  }
  return { url, pid: child.pid ?? 0, stop };
}

const listening = (port: number): string[] => ['--host', '127.0.0.1', '--port', `${port}`];

function environmentOf(models: FlightModels, folder: string, bin: string): Record<string, string> {
  return {
    MODELS: dirname(dirname(models.champion)),
    LOG: join(folder, 'log.ndjson'),
    PYTHONPATH: join(peerFolder('serving')),
    PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
    OMP_NUM_THREADS: '1',
    BENTOML_HOME: join(folder, 'bentoml'),
    BENTOML_DO_NOT_TRACK: 'True',
    DO_NOT_TRACK: '1',
    MLFLOW_DISABLE_TELEMETRY: 'true',
  };
}

async function untilAnswered(url: string, body: string, ended: () => number | null): Promise<void> {
  for (let tries = 0; tries < 240 && ended() === null; tries++) {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(
      () => null,
    );
    const text = await response?.text();
    if (response?.ok) return;
    if (response != null && response.status < 500)
      throw new Error(`${url} says ${response.status}: ${text?.slice(0, 300)}`);
    await sleep(500);
  }
  throw new Error(`no answer within two minutes`);
}

async function mustEndWell(command: readonly string[]): Promise<void> {
  const { code, errors } = await runCapped(command, { cwd: repository, capMs: 120_000 });
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${lastLine(errors)}`);
}
