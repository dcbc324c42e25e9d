import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { PerennialError } from '../src/errors/error.ts';
import { type Budget, emptyTally, type Tally, tallied } from '../src/sweep/budget.ts';
import { type SweepRecord, sweepKey, sweepPartKey, sweepPriorKey, tookMs } from '../src/sweep/record.ts';
import { dimensionsOf, type Parameters, pointOf, type Space } from '../src/sweep/space.ts';
import type { TrainResult } from '../src/training/request.ts';

export interface ContinuedSweep {
  readonly model: string;
  readonly run: string;
  readonly stage: string;
  /** The run whose sweep goes on. */
  readonly continues: string;
  readonly metric: string;
  readonly seed: number;
  readonly space: Space;
  /** Id of the data that is trained on now. */
  readonly snapshot: string;
  readonly budget: Budget;
}

/** Where a sweep goes on. */
export interface TakenUp {
  readonly next: number;
  readonly tally: Tally;
  /** Object keys of the trials that it takes over, and how many there are. */
  readonly parts: readonly string[];
  readonly inParts: number;
  readonly best: TrainResult;
  readonly bestParameters: Parameters | null;
  readonly warm: readonly Parameters[];
  /** Object key of what it knew from earlier sweeps. */
  readonly prior: string | null;
  /** Milliseconds that it took. */
  readonly earlierMs: number;
}

/**
 * Where a sweep goes on that takes over an ended one: with its trials, under their numbers, so that what comes next is
 * what it would have tried next.
 * @throws PRN-SWEEP-004 its values cannot be compared with those to come
 */
export async function takenUp(store: ObjectStore, asked: ContinuedSweep): Promise<TakenUp> {
  const { model, run, stage, continues, budget } = asked;
  const key = sweepKey({ model, run: continues, stage });
  if (!(await store.has(key))) throw cannot(asked, 'it left no record');
  const record = JSON.parse(Buffer.from(await store.get(key)).toString()) as SweepRecord;
  const why = whyNot(record, asked);
  if (why !== null || !record.winner) throw cannot(asked, why ?? 'none of its trials came to its end');
  const part = sweepPartKey({ model, run, stage }, `of-${continues}`, 0);
  await store.put(part, Buffer.from(JSON.stringify(record.trials)));
  const prior = record.prior ? sweepPriorKey({ model, run, stage }) : null;
  if (prior) await store.put(prior, Buffer.from(JSON.stringify(record.prior)));
  const tally = record.trials.reduce((sum, trial) => tallied(sum, trial, record.direction, budget), emptyTally);
  const numbers = [...record.trials, ...record.cutOff].map(({ trial }) => trial);
  return {
    next: Math.max(-1, ...numbers) + 1,
    tally,
    ...{ parts: [part], inParts: record.trials.length },
    best: record.winner,
    bestParameters: record.trials.findLast(({ trial }) => trial === record.best)?.parameters ?? null,
    warm: record.warmStart,
    prior,
    earlierMs: tookMs(record),
  };
}

function whyNot(record: SweepRecord, { metric, seed, space, snapshot }: ContinuedSweep): string | null {
  if (record.winner && record.winner.snapshot !== snapshot)
    return `its data was ${record.winner.snapshot.slice(0, 12)}, and is ${snapshot.slice(0, 12)} now: values cannot be compared`;
  if (record.metric !== metric) return `it was about ${record.metric}, and this one is about ${metric}`;
  if (record.seed !== seed) return `its seed was ${record.seed}, and is ${seed} now`;
  const dimensions = dimensionsOf(space);
  const outside = record.trials.filter(({ parameters }) => pointOf(dimensions, parameters) === null).length;
  return outside > 0 ? `${outside} of its ${record.trials.length} trials lie outside the space of now` : null;
}

function cannot({ stage, continues }: ContinuedSweep, why: string): PerennialError {
  return new PerennialError('PRN-SWEEP-004', { message: `The sweep ${stage} of ${continues} cannot go on: ${why}.` });
}
