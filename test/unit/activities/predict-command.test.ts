import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { keepFolder } from '../../../activities/code.ts';
import { OpenVersions } from '../../../activities/open-versions.ts';
import { scoreVersion } from '../../../activities/scoring.ts';
import type { PredictCommand } from '../../../src/plan/schema.ts';
import type { VersionRecord } from '../../../src/registry/registry.ts';
import { duckdbBatchFiles } from '../../../src/training/duckdb/batch-files.ts';
import { predictionRunner } from '../../../src/training/process/run-prediction.ts';
import { workspace } from '../dataset/duckdb/workspace.ts';
import { python } from '../training/workplace.ts';

const rows = { rows: 3, columns: { wind: [1, null, 3], carrier: ['AA', 'B"6', null], late: [0, 1, 0] } };

const opening = `import json, sys, os, time
import pyarrow as pa, pyarrow.parquet as pq
job = json.load(open(sys.argv[-1]))
rows = pq.read_table(job['rows'], partitioning=None)
def say(**columns): pq.write_table(pa.table(columns), job['predictions'])
`;

afterEach(() => vi.unstubAllEnvs());

describe('a predict command', () => {
  it('answers each row in its order, from what the trainer left and the code that it was trained with', async () => {
    const world = await makeWorld(`
assert rows.column_names == ['wind', 'carrier'], rows.column_names
assert rows.to_pylist()[1] == {'wind': None, 'carrier': 'B"6'}, rows.to_pylist()
bias = float(open(job['model'] + '/deep/bias.txt').read())
say(p_1=[bias, 0.5, 0.25], p_0=[1 - bias, 0.5, 0.75])`);
    // Whatever becomes of the folder of the model file: the version's own code answers.
    await writeFile(join(world.base, 'answer.py'), 'raise SystemExit(1)');
    const { scores, serving } = await world.score();
    expect(Array.from(scores?.values ?? [])).toEqual([0.125, 0.875, 0.5, 0.5, 0.75, 0.25]);
    expect(serving).toMatchObject({ scoredBy: 'predict-command', p99Ms: null, errors: 0, rows: 3, modelBytes: 7 });
  });

  it('gets no secret of the platform, and may use so many cores', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'hidden');
    vi.stubEnv('PERENNIAL_DATABASE', 'postgres://u:hidden@h/d');
    const world = await makeWorld(`
assert 'hidden' not in str(os.environ) and os.environ['PERENNIAL_THREADS'] == '2', os.environ
say(p_0=[0.5] * 3, p_1=[0.5] * 3)`);
    const { serving } = await world.score();
    expect(serving.firstError).toBeNull();
  });

  it.each([
    ['fewer answers than rows', 'say(p_0=[0.5], p_1=[0.5])', 'PRN-TRAINING-009', 'has 1 answers to 3 rows'],
    ['no column of a class', 'say(p_0=[0.5] * 3)', 'PRN-TRAINING-009', 'has no column p_1; it has p_0'],
    ['nothing', 'pass', 'PRN-TRAINING-009', 'predictions.parquet cannot be read'],
    ['a failure', 'print("no such file"); sys.exit(3)', 'PRN-TRAINING-008', 'asked for 3 rows, ended with 3'],
    ['what takes too long', 'time.sleep(60)', 'PRN-TRAINING-008', 'was ended after 2s'],
    ['what takes too much', 'held = bytearray(2 << 30)', 'PRN-TRAINING-008', 'MemoryError'],
  ])('that gives %s fails on every row, and the error says why', async (_, script, code, why) => {
    const world = await makeWorld(script, { within: why.includes('after 2s') ? '2s' : '1m', memoryGiB: 1 });
    const { scores, serving } = await world.score();
    expect(scores).toBeNull();
    expect(serving).toMatchObject({ errors: 3, rows: 3, firstError: expect.stringContaining(why) });
    expect(serving.firstError).toMatch(new RegExp(`^${code}: `));
  });

  it('ends with the activity that asks, and leaves nothing behind', async () => {
    const world = await makeWorld('time.sleep(60)');
    const asked = world.score();
    setTimeout(() => world.stop.abort(new Error('cancelled')), 1_500);
    expect((await asked).serving.firstError).toBe('cancelled');
    expect(await readdir(world.temp)).toEqual([]);
  });
});

/** A version whose trainer left a file, and whose command is this script. */
async function makeWorld(script: string, limits: Partial<PredictCommand> = {}) {
  const { folder, store } = await workspace();
  const base = join(folder, 'code');
  await store.put('a1/deep/bias.txt', Buffer.from('0.875\n\n'));
  await writeScript(base, script);
  const { key } = await keepFolder(store, { model: 'm', run: 'm-r1', folder: base, parts: ['.'] });
  const predict = { command: ['{python}', '{here}/answer.py'], within: '1m', memoryGiB: 4, ...limits };
  const version = {
    ...{ model: 'm', version: 1, artifact: 'a1', record: { base, codeKey: key, trainer: { command: [''], predict } } },
    signature: {
      task: 'binary-classification',
      features: [
        { name: 'wind', type: 'numeric' },
        { name: 'carrier', type: 'categorical' },
      ],
      classes: [0, 1],
    },
  } as unknown as VersionRecord;
  const stop = new AbortController();
  const deps = {
    ...{ store, python, runPrediction: predictionRunner({ threads: 2 }) },
    batches: duckdbBatchFiles({ tempFolder: join(folder, 'temp') }),
    loadPredictor: () => Promise.reject(new Error('there is no ONNX file')),
  };
  const temp = join(folder, 'elsewhere');
  await mkdir(temp);
  vi.stubEnv('TMPDIR', temp);
  return {
    ...{ base, stop, temp },
    async score() {
      const versions = new OpenVersions(deps, stop.signal);
      try {
        return await scoreVersion(await versions.open(version), rows);
      } finally {
        await versions.close();
      }
    },
  };
}

async function writeScript(base: string, script: string): Promise<void> {
  await mkdir(base, { recursive: true });
  await writeFile(join(base, 'answer.py'), opening + script.trim());
}
