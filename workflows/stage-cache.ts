import { CancellationScope } from '@temporalio/workflow';
import type { ClaimedTraining, MadeOf, TrainingToClaim } from '../activities/stage-cache.ts';
import type { ComputeSpec, TrainStage } from '../src/plan/schema.ts';
import type { TrainRequest, TrainResult } from '../src/training/request.ts';
import { taskQueues } from './messages.ts';
import { stageCache, stageCacheWaits } from './proxies.ts';
import type { RunLedger } from './run-ledger.ts';

/** How long an equal training is taken from the cache where the plan does not say. */
const usualCacheFor = '30d';

export interface TrainingJob {
  readonly request: TrainRequest;
  readonly compute: ComputeSpec | null;
  readonly spec: Pick<TrainStage, 'sweep' | 'cacheFor'>;
  /** By which a sweep chooses; null: trained once. */
  readonly metric: string | null;
}

export interface Made {
  readonly trained: TrainResult;
  readonly detail: string;
}

export interface MadeOnce extends Made {
  readonly madeOf: MadeOf;
  readonly trainedBy: string;
}

/** Takes what was made of the same before; else makes it, while others who want the same wait. */
export async function throughCache(
  { ledger, anew }: { readonly ledger: RunLedger; readonly anew: boolean },
  job: TrainingJob,
  make: () => Promise<Made>,
): Promise<MadeOnce> {
  const { run, stage } = job.request;
  const claimed = await claim(ledger, { ...toClaim(job), anew, wait: false }, stage);
  if (claimed.kind === 'taken') {
    const { trained, from } = claimed;
    return { trained, detail: `${claimed.detail}; from the cache: ${from}`, madeOf: claimed.madeOf, trainedBy: from };
  }
  const key = claimed.kind === 'train' ? claimed.key : null;
  const since = Date.now();
  try {
    const made = await make();
    const seconds = (Date.now() - since) / 1_000;
    if (key !== null) await stageCache.keepTraining({ key, run, stage, ...made, seconds });
    return { ...made, madeOf: claimed.madeOf, trainedBy: run };
  } catch (error) {
    if (key !== null) await CancellationScope.nonCancellable(() => stageCache.releaseTraining({ key, run, stage }));
    throw error;
  }
}

async function claim(ledger: RunLedger, asked: TrainingToClaim, stage: string): Promise<ClaimedTraining> {
  let claimed = await stageCache.claimTraining(asked);
  if (claimed.kind === 'busy') {
    ledger.note(stage, claimed.note.why);
    claimed = await stageCacheWaits.claimTraining({ ...asked, wait: true });
    ledger.note(stage, '');
  }
  ledger.tellCache(stage, claimed.note);
  return claimed;
}

function toClaim({ request, compute, spec, metric }: TrainingJob): Omit<TrainingToClaim, 'anew' | 'wait'> {
  return {
    request,
    sweep: spec.sweep ?? null,
    metric,
    queue: compute?.provider === 'ec2' ? null : (compute?.queue ?? taskQueues.training),
    cacheFor: spec.cacheFor ?? usualCacheFor,
  };
}
