import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { computeMetrics } from '../../src/evaluation/metrics.ts';
import { seededRandom } from '../../src/evaluation/random.ts';
import { runCapped } from '../report/child.ts';
import { inTempFolder } from '../report/place.ts';
import { lastLine, peerFolder, peerPython } from '../report/python-environment.ts';
import { figure, type Row } from '../report/row.ts';
import { type MetricCase, randomCase } from './random-cases.ts';

export const sklearnName = 'scikit-learn 1.9.1';

/** Every metric of random cases, awkward ones among them, beside what scikit-learn says. Not defined here must be refused there. */
export async function exactnessRows(count: number): Promise<Row[]> {
  const random = seededRandom(6);
  const cases = Array.from({ length: count }, () => randomCase(random));
  const expected = await askScikitLearn(cases);
  const distances = cases.flatMap((one, at) => distancesOf(one, expected[at] ?? null));
  const worst = Math.max(...distances);
  return [
    {
      what: `largest distance to scikit-learn over ${count} random cases, ${distances.length} values, parts of 1e-9`,
      goal: '<= 1',
      ours: figure([worst / 1e-9]),
      peer: { name: sklearnName, figure: null },
      ratio: null,
      holds: worst <= 1e-9,
      note: 'weighted, tied, one class, NaN among them; relative to the value where that is above 1',
    },
  ];
}

type Expected = Readonly<Record<string, number | null>> | null;

async function askScikitLearn(cases: readonly MetricCase[]): Promise<readonly Expected[]> {
  const python = await peerPython('sklearn');
  return await inTempFolder('metrics', async (folder) => {
    const file = join(folder, 'cases.jsonl');
    await writeFile(file, cases.map((one) => `${JSON.stringify(one)}\n`).join(''));
    const script = join(peerFolder('sklearn'), 'score.py');
    const { code, output, errors } = await runCapped([python, script, file], { cwd: folder, capMs: 300_000 });
    if (code !== 0) throw new Error(`scikit-learn ended with ${code}: ${lastLine(errors)}`);
    return output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Expected);
  });
}

function distancesOf({ task, labels, scores, width, classes, weights }: MetricCase, expected: Expected): number[] {
  const values = scores.map((score) => score ?? Number.NaN);
  const found = computeMetrics(task, labels, { rows: labels.length, width, values }, classes, weights);
  return Object.entries(found).map(([metric, own]) => {
    const other = expected?.[metric] ?? null;
    if (own === null || other === null) return own === other ? 0 : Number.POSITIVE_INFINITY;
    return Math.abs(own - other) / Math.max(1, Math.abs(other));
  });
}
