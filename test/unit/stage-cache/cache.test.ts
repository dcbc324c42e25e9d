import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type ClaimedTraining,
  createStageCacheActivities,
  type TrainingToClaim,
} from '../../../activities/stage-cache.ts';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import type { StageCacheBook } from '../../../src/stage-cache/book.ts';
import type { TrainRequest, TrainResult } from '../../../src/training/request.ts';
import { bookInMemory } from './book-in-memory.ts';

const request: TrainRequest = {
  ...{ run: 'm-r1', model: 'm', stage: 'boosted', trial: null, task: 'binary-classification', base: '/nowhere' },
  snapshot: { id: 'rows-of-may', key: 'k', rows: { train: 1, validation: 1, holdout: 1 } },
  features: { temp: { type: 'numeric' } },
  columns: { label: 'late', time: 'at', id: 'id' },
  ...{ trainer: 'xgboost', parameters: { depth: 3, eta: 0.1 }, seed: 1, device: 'cpu', crossValidation: null },
  checkpointEvery: 0,
};

const result: TrainResult = {
  ...{
    artifact: 'models/m/runs/m-r1/boosted/single/a1',
    artifactDigest: 'd',
    classes: [0, 1],
    parameters: {},
    seed: 1,
  },
  ...{ snapshot: 'rows-of-may', metrics: { auc: 0.7 }, environment: {}, device: 'cpu', seconds: 5 },
};

function asked(change: Partial<TrainRequest> = {}, rest: Partial<TrainingToClaim> = {}): TrainingToClaim {
  const how = { sweep: null, metric: null, queue: 'training', cacheFor: '30d', anew: false, wait: false };
  return { request: { ...request, ...change }, ...how, ...rest };
}

interface World {
  claim(asked: TrainingToClaim): Promise<ClaimedTraining>;
  /** Claims, and keeps a result whose artifact is in the store. */
  make(asked: TrainingToClaim): Promise<void>;
  readonly runtime: { library: string; packages: string };
  readonly closed: Set<string>;
  readonly book: StageCacheBook;
  readonly folder: string;
  at: string;
  loseArtifacts(): Promise<void>;
}

async function aWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-cache-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const store = filesystemStore(join(folder, 'objects'));
  const runtime = { library: 'library', packages: 'packages' };
  const closed = new Set<string>();
  const book = bookInMemory(() => world.at);
  const activities = createStageCacheActivities({
    ...{ book, store, image: 'image@sha256:1', now: () => new Date(world.at) },
    readRuntime: async () => ({ ...runtime }),
    runClosedAt: async (run) => (closed.has(run) ? world.at : null),
  });
  const claim = async (each: TrainingToClaim) =>
    (await new MockActivityEnvironment().run(activities.claimTraining, each)) as ClaimedTraining;
  const world: World = {
    ...{ claim, runtime, closed, book, folder, at: '2026-05-01T00:00:00.000Z' },
    async make(each) {
      const claimed = await claim(each);
      if (claimed.kind !== 'train' || claimed.key === null) throw new Error(`not to be made: ${claimed.note.why}`);
      await store.put(`${result.artifact}/model.onnx`, Buffer.from('m'));
      const { run, stage } = each.request;
      await activities.keepTraining({ key: claimed.key, run, stage, trained: result, detail: 'auc 0.7', seconds: 40 });
    },
    loseArtifacts: () => store.remove(`${result.artifact}/model.onnx`),
  };
  return world;
}

const later = (change: Partial<TrainRequest> = {}) => asked({ run: 'm-r2', ...change });

describe('a training that was made before', () => {
  it('is taken by a later run, which says of whom and what it has saved', async () => {
    const world = await aWorld();
    expect((await world.claim(asked())).note.why).toBe('nothing of this stage is kept yet');
    await world.make(asked());
    expect(await world.claim(later({ checkpointEvery: 5, base: '/elsewhere' }))).toEqual({
      ...{ kind: 'taken', from: 'm-r1', trained: result, detail: 'auc 0.7' },
      madeOf: { code: 'library', environmentLock: 'packages', codeKey: null },
      note: {
        ...{ taken: true, from: 'm-r1', savedSeconds: 40 },
        why: 'm-r1 made it on 2026-05-01 00:00 UTC of the same rows, code, packages, parameters and seed',
      },
    });
  });

  it.each<[string, (world: World) => TrainingToClaim, string]>([
    ['a parameter', () => later({ parameters: { depth: 4, eta: 0.1 } }), 'since m-r1: parameters.depth 3 → 4'],
    ['the seed', () => later({ seed: 2 }), 'since m-r1: seed 1 → 2'],
    [
      'the rows',
      () => later({ snapshot: { ...request.snapshot, id: 'rows-of-june' } }),
      'since m-r1: other rows (snapshot rows-of- instead of rows-of-)',
    ],
    ['the device', () => later({ device: 'cuda' }), 'since m-r1: device cpu → cuda'],
    ['the machine', () => asked({ run: 'm-r2' }, { queue: null }), 'machine queue training → rented image@sha256:1'],
    ['the trainer', () => later({ trainer: 'logistic-regression' }), 'trainer "xgboost" → "logistic-regression"'],
    [
      'the trainer’s code',
      ({ runtime }) => {
        runtime.library = 'mended';
        return later();
      },
      'since m-r1: the code of the trainer changed',
    ],
    [
      'a package',
      ({ runtime }) => {
        runtime.packages = 'newer';
        return later();
      },
      'since m-r1: the installed packages changed',
    ],
    [
      'the sweep',
      () => asked({ run: 'm-r2' }, { metric: 'auc', sweep: { trials: 4 } as TrainingToClaim['sweep'] }),
      'sweep.trials is new: 4',
    ],
  ])('is made again when %s differs, and the run says so', async (_what, change, why) => {
    const world = await aWorld();
    await world.make(asked());
    const claimed = await world.claim(change(world));
    expect(claimed).toMatchObject({ kind: 'train', key: expect.any(String), note: { taken: false } });
    expect(claimed.note.why).toContain(why);
  });

  it('is made again when it is too old, when its artifact is gone, and when somebody asks for it', async () => {
    const world = await aWorld();
    await world.make(asked());
    world.at = '2026-05-31T00:00:00.001Z';
    const old = await world.claim(later());
    expect(old).toMatchObject({
      kind: 'train',
      note: { why: expect.stringContaining('2026-05-01 is older than 30d') },
    });
    const other = await aWorld();
    await other.make(asked());
    expect(await other.claim(asked({ run: 'm-r2' }, { anew: true }))).toMatchObject({
      kind: 'train',
      note: { taken: false, why: 'asked for: --no-cache' },
    });
    const third = await aWorld();
    await third.make(asked());
    await third.loseArtifacts();
    expect((await third.claim(later())).note.why).toBe('what m-r1 had made of the same is gone');
  });

  it('is never taken nor kept where the plan says "0s"', async () => {
    const world = await aWorld();
    await world.make(asked());
    expect(await world.claim(asked({ run: 'm-r2' }, { cacheFor: '0s' }))).toMatchObject({ kind: 'train', key: null });
  });
});

describe('a training that is being made', () => {
  it('is waited for, and taken when it is done', async () => {
    const world = await aWorld();
    const first = await world.claim(asked());
    expect(await world.claim(later())).toMatchObject({
      kind: 'busy',
      note: { why: expect.stringContaining('m-r1 is') },
    });
    const waiting = world.claim(asked({ run: 'm-r2' }, { wait: true }));
    await world.make(asked());
    expect(first.kind).toBe('train');
    expect(await waiting).toMatchObject({ kind: 'taken', from: 'm-r1' });
  });

  it('passes to the next one when its run has ended without a result', async () => {
    const world = await aWorld();
    await world.claim(asked());
    world.closed.add('m-r1');
    expect(await world.claim(later())).toMatchObject({ kind: 'train', key: expect.any(String) });
    expect(await world.claim(asked())).toMatchObject({ kind: 'busy' });
  });
});

describe('a trainer of one’s own', () => {
  it('is known by its files, which are kept with the version', async () => {
    const world = await aWorld();
    const base = join(world.folder, 'project');
    await mkdir(join(base, 'trainers'), { recursive: true });
    await writeFile(join(base, 'trainers', 'mine.py'), 'print(1)');
    const own = { base, trainer: { command: ['{python}', '{here}/trainers/mine.py'] as [string, ...string[]] } };
    await world.make(asked(own));
    const again = await world.claim(later(own));
    expect(again).toMatchObject({ kind: 'taken', madeOf: { codeKey: expect.stringContaining('runs/m-r2/code/') } });
    await writeFile(join(base, 'trainers', 'mine.py'), 'print(2)');
    expect((await world.claim(later(own))).note.why).toBe('since m-r1: the code of the trainer changed');
  });

  it('is trained every time when nobody can tell what it is', async () => {
    const world = await aWorld();
    const trainer = { command: ['/opt/mine/train'] as [string, ...string[]] };
    expect(await world.claim(asked({ trainer }))).toMatchObject({
      ...{ kind: 'train', key: null },
      note: { why: 'the trainer does not lie below {here}, so that nobody can tell whether it has changed' },
    });
    const gone = { base: '/nowhere', trainer: { command: ['{python}', '{here}/mine.py'] as [string, ...string[]] } };
    const claimed = await world.claim(asked(gone));
    expect(claimed).toMatchObject({ kind: 'train', key: null, madeOf: { code: null } });
    expect(claimed.note.why).toContain('code and packages of the trainer cannot be read');
  });
});
