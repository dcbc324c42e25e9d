import { join } from 'node:path';
import { runCapped } from '../report/child.ts';
import { compiled } from '../report/place.ts';
import { lastLine, peerFolder, peerPython } from '../report/python-environment.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { sklearnName } from './exactness.ts';
import type { MillionRows } from './million-rows.ts';

/** A million held-out rows, the champion and two challengers, 20 slices, intervals of all of it. */
export async function speedRows(rows: number): Promise<Row[]> {
  const ours = (await asked([
    process.execPath,
    compiled('bench/evaluation/million-child.js'),
    String(rows),
  ])) as MillionRows;
  const theirs = (await asked([
    await peerPython('sklearn'),
    join(peerFolder('sklearn'), 'million.py'),
    String(rows),
  ])) as { readonly seconds: number };
  const what = `evaluate ${rows.toLocaleString('en-US')} rows, 3 versions, ${ours.slices} slices, ${ours.comparisons} intervals`;
  return [
    {
      ...goalRow(`${what}: seconds`, 30, figure([ours.seconds])),
      peer: { name: sklearnName, figure: figure([theirs.seconds]) },
      ratio: theirs.seconds / ours.seconds,
      note: 'scikit-learn: the same metrics without any interval',
    },
    goalRow(`${what}: peak memory, MiB`, 1_024, figure([ours.peakMiB])),
  ];
}

async function asked(command: readonly string[]): Promise<unknown> {
  const { code, output, errors } = await runCapped(command, { cwd: process.cwd(), capMs: 600_000 });
  if (code !== 0) throw new Error(`${command[1]} ended with ${code}: ${lastLine(errors)}`);
  return JSON.parse(output);
}
