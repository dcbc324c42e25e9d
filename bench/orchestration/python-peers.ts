import { join } from 'node:path';
import { runCapped } from '../report/child.ts';
import { inTempFolder } from '../report/place.ts';
import { lastLine, peerEnvironment, peerFolder, peerPython } from '../report/python-environment.ts';
import { figure, type Peer } from '../report/row.ts';
import type { Shape } from './plans.ts';

interface PythonPeer {
  readonly name: string;
  /** Under bench/peers/. */
  readonly folder: string;
  readonly mode?: string;
  readonly runs: number;
  readonly capSeconds: number;
  readonly note?: string;
}

/** The slow ones get few runs and a time after which what they have done counts. */
export const pythonPeers: readonly PythonPeer[] = [
  { name: 'Prefect 3.8.8', folder: 'prefect', runs: 2, capSeconds: 90, note: 'no result is kept between its steps' },
  {
    name: 'Dagster 1.13.27 in process',
    folder: 'dagster',
    mode: 'in-process',
    runs: 2,
    capSeconds: 90,
    note: 'its steps share one process',
  },
  {
    name: 'Dagster 1.13.27, 2 processes',
    folder: 'dagster',
    mode: 'multiprocess',
    runs: 1,
    capSeconds: 200,
    note: 'a process per step, two at a time',
  },
  { name: 'Metaflow 2.19.39 local', folder: 'metaflow', runs: 1, capSeconds: 90, note: 'a process per step' },
];

/** Times one shape; a peer that cannot be installed or run here says so in its note. */
export async function timePythonPeer(peer: PythonPeer, shape: Shape): Promise<Peer> {
  const { name, note } = peer;
  try {
    const values = await inTempFolder(peer.folder, (folder) => runsOf(peer, shape, folder));
    return { name, figure: figure(values), note };
  } catch (error) {
    return {
      name,
      figure: null,
      note: `could not be measured here: ${error instanceof Error ? error.message : error}`,
    };
  }
}

async function runsOf(peer: PythonPeer, shape: Shape, folder: string): Promise<number[]> {
  const command = [
    ...[await peerPython(peer.folder), join(peerFolder(peer.folder), 'steps.py'), shape],
    ...(peer.mode ? [peer.mode] : []),
    ...['--runs', `${peer.runs}`],
  ];
  const capMs = peer.capSeconds * 1000;
  const { code, output, errors } = await runCapped(command, { cwd: folder, env: peerEnvironment(folder), capMs });
  const values = output
    .split('\n')
    .filter((line) => line.startsWith('{"ms"'))
    .map((line) => (JSON.parse(line) as { ms: number }).ms);
  if (values.length > 0) return values;
  throw new Error(code === null ? `not one run in ${peer.capSeconds} s` : `exit code ${code}: ${lastLine(errors)}`);
}
