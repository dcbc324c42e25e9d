import { join } from 'node:path';
import { runCapped } from '../report/child.ts';
import { freePorts, inTempFolder } from '../report/place.ts';
import { lastLine, peerEnvironment, peerFolder, peerPython } from '../report/python-environment.ts';
import { type Figure, peerRow, type Row } from '../report/row.ts';

/** The same kill on systems that keep no durable state: what they say about the run 10 s later, and whether it went on. */
export async function killedPeerRows(ours: Figure): Promise<Row[]> {
  return [
    await killedPeerRow(ours, 'Prefect 3.8.8 with its server', 'prefect', [`${await freePorts()}`]),
    await killedPeerRow(ours, 'Dagster 1.13.27 in process', 'dagster', []),
  ];
}

async function killedPeerRow(ours: Figure, name: string, peer: string, args: readonly string[]): Promise<Row> {
  const row = (note: string) => peerRow('worker killed: s until work goes on', ours, { name, figure: null, note });
  try {
    const { state, goneOn } = await inTempFolder(peer, (folder) => killed(peer, args, folder));
    const note = `10 s after the kill its state is ${state} and ${goneOn} more steps have run`;
    return { ...row(note), holds: goneOn === 0 };
  } catch (error) {
    return row(`could not be measured here: ${error instanceof Error ? error.message : error}`);
  }
}

interface TenSecondsLater {
  readonly state: string;
  readonly goneOn: number;
}

async function killed(peer: string, args: readonly string[], folder: string): Promise<TenSecondsLater> {
  const command = [await peerPython(peer), join(peerFolder(peer), 'killed.py'), ...args];
  const env = peerEnvironment(folder);
  const { code, output, errors } = await runCapped(command, { cwd: folder, env, capMs: 120_000 });
  const line = output.split('\n').find((text) => text.startsWith('{"state"'));
  if (!line) throw new Error(`exit code ${code}: ${lastLine(errors)}`);
  return JSON.parse(line) as TenSecondsLater;
}
