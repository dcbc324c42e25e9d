import { join } from 'node:path';
import { runCapped } from '../report/child.ts';
import { inTempFolder } from '../report/place.ts';
import { lastLine, peerFolder, peerPython } from '../report/python-environment.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { type Disagreement, disagreements } from './exactness.ts';

/** Random pairs of samples of 1 to 100,000 values, and as many tables of categories: every statistic against SciPy’s. */
export async function exactnessRows({ pairs }: { readonly pairs: number }): Promise<Row[]> {
  return inTempFolder('exactness', async (folder) => {
    const python = await peerPython('scipy');
    const command = [python, join(peerFolder('scipy'), 'samples.py'), folder, `${pairs}`, '100000', '7'];
    const { code, errors } = await runCapped(command, { cwd: folder, capMs: 15 * 60_000 });
    if (code !== 0) throw new Error(`samples.py ended with ${code}: ${lastLine(errors)}`);
    const found = await disagreements(folder, 65_536);
    const isTail = ({ statistic }: Disagreement) => statistic === 'p of numbers';
    return [
      row(
        `${pairs} random pairs: largest relative difference from SciPy, 1e-9`,
        1,
        1e-9,
        found.filter((each) => !isTail(each)),
      ),
      row(`${pairs} random pairs: the same of the Kolmogorov-Smirnov p-value, 1e-6`, 1, 1e-6, found.filter(isTail)),
    ];
  });
}

function row(what: string, goal: number, unit: number, found: readonly Disagreement[]): Row {
  const worst = found.reduce<Disagreement | null>(
    (far, each) => (far === null || !(each.relative <= far.relative) ? each : far),
    null,
  );
  const note =
    worst === null
      ? 'nothing compared'
      : `${worst.relative.toExponential(1)} of ${worst.statistic}, pair ${worst.pair}; ${found.length} statistics`;
  return goalRow(what, goal, figure([(worst?.relative ?? Number.NaN) / unit]), note);
}
