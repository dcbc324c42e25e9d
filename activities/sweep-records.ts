import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { billed } from '../src/compute/cost.ts';
import { isTrainingOf } from '../src/compute/expectation.ts';
import type { Registry } from '../src/registry/registry.ts';
import { directionOf } from '../src/sweep/direction.ts';
import { type EarlierTrials, earlierTrials } from '../src/sweep/earlier-trials.ts';
import type { Prior } from '../src/sweep/prior.ts';
import { type SweepRecord, sweepKey, sweepPriorKey, type TrialRecord } from '../src/sweep/record.ts';
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
      prior,
      record,
      checkpoints,
    }: {
      readonly parts: readonly string[];
      /** Object key of what it knew from earlier sweeps. */
      readonly prior?: string | null;
      readonly record: SweepRecord;
      /** Whether its trials have left any: nobody goes on from them any more. */
      readonly checkpoints?: boolean;
    }) {
      const key = sweepKey(record);
      if (!(await isKept(store, key, parts))) {
        const known = prior ? { prior: await readJson<Prior>(store, prior) } : {};
        const before = await Promise.all(parts.map((part) => readTrials(store, part)));
        await store.put(key, bytesOf({ ...record, ...known, trials: [...before.flat(), ...record.trials] }));
      }
      await Promise.all(parts.map((part) => store.remove(part)));
      if (checkpoints) await forgetTrialCheckpoints(store, record).catch(() => undefined);
      return { key };
    },

    /** What a sweep takes over from the last ones of its stage; their trials are too many for a workflow and lie in the object store. */
    async earlierTrials(asked: {
      readonly model: string;
      readonly run: string;
      readonly stage: string;
      readonly metric: string;
      readonly space: Space;
      readonly champion: Parameters | null;
    }): Promise<Omit<EarlierTrials, 'prior'> & { readonly prior: string | null }> {
      const { model, run, stage, metric, space, champion } = asked;
      const sweeps: SweepRecord[] = [];
      for (const earlier of await registry.runs(model, runsAtMost)) {
        const isSmoke = earlier.outcome?.startsWith('smoke') ?? false;
        if (earlier.run === run || isSmoke || sweeps.length >= sweepsAtMost) continue;
        const key = sweepKey({ model, run: earlier.run, stage });
        if (await store.has(key)) sweeps.push(await readJson<SweepRecord>(store, key));
      }
      const known = champion ? [champion] : [];
      const { prior, ...earlier } = earlierTrials(sweeps, { space, metric, known, direction: directionOf(metric) });
      if (!prior) return { ...earlier, prior: null };
      const key = sweepPriorKey({ model, run, stage });
      await store.put(key, bytesOf(prior));
      return { ...earlier, prior: key };
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

/** Parts go once the whole is written: where one is gone, an attempt before this one came so far, and was killed before it could say so. */
async function isKept(store: ObjectStore, key: string, parts: readonly string[]): Promise<boolean> {
  const there = await Promise.all(parts.map((part) => store.has(part)));
  return there.includes(false) && (await store.has(key));
}

const lately = new Map<string, readonly TrialRecord[]>();
const rememberedAtMost = 64;

/** Trials of a part; read once, as no part ever changes. */
export async function readTrials(store: ObjectStore, key: string): Promise<readonly TrialRecord[]> {
  const known = lately.get(key);
  if (known) return known;
  const trials = await readJson<readonly TrialRecord[]>(store, key);
  const [oldest] = lately.keys();
  if (lately.size >= rememberedAtMost && oldest !== undefined) lately.delete(oldest);
  lately.set(key, trials);
  return trials;
}

export async function readJson<T>(store: ObjectStore, key: string): Promise<T> {
  return JSON.parse(Buffer.from(await store.get(key)).toString()) as T;
}

const bytesOf = (content: unknown) => Buffer.from(JSON.stringify(content));
