import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { billed } from '../src/compute/cost.ts';
import { isTrainingOf } from '../src/compute/expectation.ts';
import type { Registry } from '../src/registry/registry.ts';
import { directionOf } from '../src/sweep/direction.ts';
import { type EarlierTrials, earlierTrials } from '../src/sweep/earlier-trials.ts';
import { type SweepRecord, sweepKey, type TrialRecord } from '../src/sweep/record.ts';
import type { Parameters, Space } from '../src/sweep/space.ts';

import { translateErrors } from './failure.ts';
import { type ContinuedSweep, type TakenUp, takenUp } from './sweep-continued.ts';
import { forgetTrialCheckpoints } from './training-checkpoints.ts';

export interface SweepRecordDependencies {
  readonly registry: Pick<Registry, 'runs' | 'machines'>;
  readonly store: ObjectStore;
  readonly now: () => Date;
}

/** Earlier sweeps of which the next one learns, and among how many runs they are looked for. */
const sweepsAtMost = 3;
const runsAtMost = 20;
/** Beside the champion's parameters; together as many as a search has before it learns anything. */
const takenOver = 9;
/** Of one sweep at once: more machines than this were never alive in one run. */
const machinesAtMost = 10_000;

/** What sweeps leave behind and learn from: their trials in the object store, and the books of their machines. */
export function createSweepRecordActivities({ registry, store, now }: SweepRecordDependencies) {
  return translateErrors({
    /** Trials that a long sweep no longer carries along; nothing is written twice under one key. */
    async keepTrials({
      key,
      trials,
    }: {
      readonly key: string;
      readonly trials: readonly TrialRecord[];
    }): Promise<void> {
      await store.put(key, bytesOf(trials));
    },

    /** The whole sweep as one object, written anew when its stage is retried. */
    async keepSweep({
      parts,
      record,
      checkpoints,
    }: {
      readonly parts: readonly string[];
      readonly record: SweepRecord;
      /** Whether its trials have left any: nobody goes on from them any more. */
      readonly checkpoints?: boolean;
    }) {
      const before = await Promise.all(parts.map((key) => readTrials(store, key)));
      const key = sweepKey(record);
      await store.put(key, bytesOf({ ...record, trials: [...before.flat(), ...record.trials] }));
      await Promise.all(parts.map((part) => store.remove(part)));
      if (checkpoints) await forgetTrialCheckpoints(store, record).catch(() => undefined);
      return { key };
    },

    /** What the first trials of a sweep take over from the last ones of its stage. */
    async earlierTrials(asked: {
      readonly model: string;
      readonly run: string;
      readonly stage: string;
      readonly metric: string;
      readonly space: Space;
      readonly seed: number;
      readonly champion: Parameters | null;
    }): Promise<EarlierTrials> {
      const { model, run, stage, metric, space, seed, champion } = asked;
      const sweeps: SweepRecord[] = [];
      for (const earlier of await registry.runs(model, runsAtMost)) {
        const isSmoke = earlier.outcome?.startsWith('smoke') ?? false;
        if (earlier.run === run || isSmoke || sweeps.length >= sweepsAtMost) continue;
        const key = sweepKey({ model, run: earlier.run, stage });
        if (await store.has(key)) sweeps.push(JSON.parse(Buffer.from(await store.get(key)).toString()) as SweepRecord);
      }
      const known = champion ? [champion] : [];
      return earlierTrials(sweeps, {
        ...{ space, metric, seed, known },
        direction: directionOf(metric),
        atMost: takenOver,
      });
    },

    /** Where a sweep goes on that takes over the trials of an ended one. @throws PRN-SWEEP-004 it cannot */
    async takeUpSweep(asked: ContinuedSweep): Promise<TakenUp> {
      return await takenUp(store, asked);
    },

    /** US dollars that the machines of a stage have cost by now, those that live included. */
    async sweepSpending({ run, stage }: { readonly run: string; readonly stage: string }): Promise<{ usd: number }> {
      const machines = await registry.machines({ run, limit: machinesAtMost });
      const terminatedAt = now().toISOString();
      const usd = machines
        .filter((machine) => isTrainingOf(stage, machine))
        .reduce((sum, { usd, launchedAt, runningAt, offer }) => {
          const { usdPerHour } = offer;
          return sum + (usd ?? billed({ launchedAt, runningAt, terminatedAt, usdPerHour }).usd);
        }, 0);
      return { usd };
    },
  });
}

const lately = new Map<string, readonly TrialRecord[]>();
const rememberedAtMost = 64;

/** Trials of a part; read once, as no part ever changes. */
export async function readTrials(store: ObjectStore, key: string): Promise<readonly TrialRecord[]> {
  const known = lately.get(key);
  if (known) return known;
  const trials = JSON.parse(Buffer.from(await store.get(key)).toString()) as TrialRecord[];
  const [oldest] = lately.keys();
  if (lately.size >= rememberedAtMost && oldest !== undefined) lately.delete(oldest);
  lately.set(key, trials);
  return trials;
}

const bytesOf = (content: unknown) => Buffer.from(JSON.stringify(content));
