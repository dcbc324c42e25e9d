import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepFolder } from '../../../activities/code.ts';
import { createReproduceActivities } from '../../../activities/reproduce.ts';
import type { Registry, VersionRecord } from '../../../src/registry/registry.ts';
import type { Reproduction } from '../../../src/reproduce/compare.ts';
import { recordOf } from '../../../src/reproduce/record.ts';
import { pythonRuntime } from '../../../src/stage-cache/process/runtime.ts';
import type { TrainRequest, TrainResult } from '../../../src/training/request.ts';
import { finish, type TrainingPlace, trainingPlace } from '../activities/training-place.ts';
import { python } from '../training/workplace.ts';

const hardware = { cpu: 'x64, Intel Xeon, 1 thread', cuda: 'x64, Intel Xeon, 1 thread, NVIDIA H100' };
const readRuntime = pythonRuntime(python);
type Event = Parameters<Registry['addEvent']>[0];

/** Trains, keeps the version as a run would, and has it trained again elsewhere. */
async function again(
  place: TrainingPlace,
  request: TrainRequest,
  change: (version: VersionRecord) => VersionRecord | Promise<VersionRecord> = (version) => version,
): Promise<{
  readonly reproduction: Reproduction;
  readonly events: readonly Event[];
  readonly keys: readonly string[];
}> {
  const first = await place.machine({ hardware });
  const version = await change(await asVersion(request, await first.start(request).result));
  const events: Event[] = [];
  const registry = { version: async () => version, addEvent: async (event: Event) => void events.push(event) };
  const { readTrainingRecord, judgeReproduction } = createReproduceActivities({
    ...{ registry, store: place.store, readRuntime },
  });
  const asked = { model: 'delays', version: 1, run: 'delays-v1-again-1' };
  const job = await readTrainingRecord(asked);
  const second = await place.machine({ hardware });
  const trained = await second.start(job.request).result;
  const reproduction = await judgeReproduction(asked, trained, 'rob');
  return { reproduction, events, keys: await place.keys('/delays-v1-again-1/fit/') };
}

async function asVersion(request: TrainRequest, trained: TrainResult): Promise<VersionRecord> {
  const runtime = await readRuntime();
  const madeOf = { code: runtime.library, environmentLock: runtime.packages, codeKey: null };
  const job = { request, compute: null, timeout: '1h', trained, trainedBy: request.run, ...madeOf };
  return {
    ...{ model: 'delays', run: request.run, candidate: 'fit', version: 1, state: 'stable', rev: 1, createdAt: '' },
    ...{ artifact: trained.artifact, artifactDigest: trained.artifactDigest, snapshot: trained.snapshot },
    signature: {
      task: request.task,
      features: Object.entries(request.features).map(([name, { type }]) => ({ name, type })),
      classes: trained.classes,
    },
    ...{ parameters: trained.parameters, seed: trained.seed, trainerMetrics: trained.metrics, metrics: null },
    ...{ environment: trained.environment, record: recordOf(job) },
  };
}

describe('a version that is trained again from its record', () => {
  it.each<[TrainRequest['trainer'], TrainRequest['parameters']]>([
    ['xgboost', { rounds: 12, subsample: 0.7, colsample_bytree: 0.8 }],
    ['logistic-regression', { max_iter: 5 }],
  ])(
    '%s is identical on the same class of hardware, and leaves nothing behind',
    async (trainer, parameters) => {
      const place = await trainingPlace(120);
      const { reproduction, events, keys } = await again(place, place.request({ trainer, parameters, seed: 7 }));
      expect(reproduction).toMatchObject({
        identical: true,
        sameHardware: true,
        causes: [],
        effects: [],
        artifact: null,
      });
      expect(events).toMatchObject([
        { kind: 'version.reproduced', version: 1, reason: /: identical$/, by: { name: 'rob' } },
      ]);
      expect(keys).toEqual([]);
      // The trainer says the same of its own code as the cache finds without starting it.
      expect(reproduction.again.code).toBe(reproduction.again.environment.trainer);
    },
    120_000,
  );

  it('tells what went in and what came out otherwise, and keeps the other model to be looked at', async () => {
    const place = await trainingPlace(0);
    const { reproduction, events, keys } = await again(
      place,
      place.request({ trainer: await place.script(finish) }),
      (version) => ({
        ...version,
        artifactDigest: 'as it was',
        trainerMetrics: { ...version.trainerMetrics, auc: 0.123 },
        record: version.record ? { ...version.record, code: 'older', hardware: 'arm64, Apple M1, 8 threads' } : null,
      }),
    );
    expect(reproduction.identical).toBe(false);
    expect(reproduction.sameHardware).toBe(false);
    expect(reproduction.causes.map(({ what }) => what)).toEqual(['code', 'hardware']);
    expect(reproduction.effects.map(({ what }) => what)).toEqual(expect.arrayContaining(['metrics.auc', 'model.onnx']));
    expect(events[0]).toMatchObject({ kind: 'version.not-reproduced' });
    expect(events[0]?.reason).toContain('the code of the trainer changed');
    expect(keys.some((key) => key.endsWith('/model.onnx'))).toBe(true);
  });

  it('takes the trainer of one’s own as it was then, whatever has become of its file', async () => {
    const place = await trainingPlace(0);
    const base = join(place.folder, 'project');
    const file = join(base, 'trainers', 'mine.mjs');
    const content = (model: string) => `import * as fs from 'node:fs';
      const job = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));\n${finish.replace("'m'", `'${model}'`)}`;
    await mkdir(join(base, 'trainers'), { recursive: true });
    await writeFile(file, content('then'));
    const trainer = { command: [process.execPath, '{here}/trainers/mine.mjs'] };
    const { key } = await keepFolder(place.store, {
      model: 'delays',
      run: 'delays-r1',
      folder: base,
      parts: ['trainers'],
    });
    const { reproduction } = await again(place, place.request({ trainer, base }), async (version) => {
      await writeFile(file, content('now'));
      return { ...version, record: version.record ? { ...version.record, codeKey: key, code: 'own+lib' } : null };
    });
    expect(reproduction.identical).toBe(true);
  });

  it('is refused when nobody kept its record, and when its rows are gone', async () => {
    const place = await trainingPlace(0);
    const request = place.request({ trainer: await place.script(finish) });
    await expect(again(place, request, (version) => ({ ...version, record: null }))).rejects.toMatchObject({
      type: 'PRN-RUN-009',
      message: expect.stringContaining(
        'delays@1 cannot be trained again: it was trained by a release that kept no record',
      ),
    });
    const lost = (version: VersionRecord): VersionRecord => ({
      ...version,
      record: version.record
        ? { ...version.record, snapshot: { ...version.record.snapshot, key: 's/gone.json' } }
        : null,
    });
    await expect(again(place, request, lost)).rejects.toMatchObject({
      message: expect.stringContaining('s/gone.json is no longer in the object store'),
    });
  });
});
