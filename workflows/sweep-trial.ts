import { ApplicationFailure, executeChild, patched, workflowInfo } from '@temporalio/workflow';
import { rootMessage } from '../src/errors/root-message.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { ParameterValue } from '../src/plan/schema.ts';
import type { StoppingRule } from '../src/sweep/stopping.ts';
import type { TrainRequest, TrainResult } from '../src/training/request.ts';
import { stopsHere } from './failures.ts';
import { taskQueues, trialActivityId } from './messages.ts';
import { trainerOn } from './proxies.ts';
import type { SweepInput } from './sweep-shapes.ts';
import { type TrainInput, train } from './train.ts';

type Chosen = Readonly<Record<string, ParameterValue>>;

/** What became of one trial. */
export interface TrialEnd {
  /** As it was trained. */
  readonly parameters: Chosen;
  /** Null where it failed, or where its metric is no number. */
  readonly value: number | null;
  readonly result: TrainResult | null;
  readonly failure?: string;
  readonly stoppedAt?: number;
  /** The metric in each fold of a cross-validation. */
  readonly folds?: readonly number[];
  /** It waits at `stoppedAt`, the rung of this number, and may go on. */
  readonly rung?: number;
  /** Seconds of training, where there is no result. */
  readonly seconds?: number;
  /** It was not trained, as this trial had the same parameters. */
  readonly repeats?: number;
}

/** A machine may be unlucky: a trial that fails is tried once more. */
const triesAtMost = 2;

/** Trains one set of parameters. Only the end of the sweep itself is thrown; a failure is a value. */
export async function trainTrial(
  input: SweepInput,
  rule: StoppingRule | null,
  {
    trial,
    parameters,
    pauseAt,
  }: { readonly trial: number; readonly parameters: Chosen; readonly pauseAt: number | null },
): Promise<TrialEnd> {
  const { workflowId } = workflowInfo();
  const request: TrainRequest = {
    ...input.request,
    trial,
    parameters: { ...input.request.parameters, ...parameters },
    rungs: rule && {
      sweep: workflowId,
      metric: input.metric,
      ...('eta' in rule ? { asha: rule } : { rule }),
      ...(pauseAt === null ? {} : { pauseAt }),
    },
  };
  const job = { request, compute: input.compute, timeout: input.timeout };
  for (let tries = 1; ; tries += 1) {
    try {
      const result = await trained(job, trial);
      return endOf(input.metric, { parameters: echoed(parameters, result), result, rung: pauseAt ?? 0 });
    } catch (error) {
      if (stopsHere(error)) throw error;
      if (tries >= triesAtMost || isFinal(error))
        return { parameters, value: null, result: null, failure: rootMessage(error) };
    }
  }
}

/**
 * On a standing machine an activity of the sweep itself: a child costs three workflow tasks more, which is most of a short trial. A
 * machine that is rented for a trial needs a workflow that ends it, whatever becomes of the sweep.
 */
async function trained(job: TrainInput, trial: number): Promise<TrainResult> {
  const { request, compute, timeout } = job;
  const summary = `trial ${trial}`;
  if (compute?.provider === 'ec2' || !patched('sweep-trials-are-activities')) {
    const workflowId = `${workflowInfo().workflowId}/${trialActivityId(trial)}`;
    return await executeChild(train, { workflowId, staticSummary: summary, args: [job] });
  }
  const queue = compute?.queue ?? taskQueues.training;
  const named = { activityId: trialActivityId(trial), summary };
  return await trainerOn(queue, durationMs(timeout), named).train(request);
}

function endOf(
  metric: string,
  { parameters, result, rung }: { readonly parameters: Chosen; readonly result: TrainResult; readonly rung: number },
): TrialEnd {
  const { paused, seconds } = result;
  if (paused) {
    const { step, value, folds } = paused;
    return {
      parameters,
      value: numberOf(value),
      result: null,
      stoppedAt: step,
      rung,
      seconds,
      ...(folds ? { folds } : {}),
    };
  }
  const folds = (result.folds ?? []).map((each) => numberOf(each[metric])).filter((value) => value !== null);
  const value = numberOf(result.metrics[metric]);
  return { parameters, value, result, ...(folds.length > 0 ? { folds } : {}) };
}

/**
 * A stage that is retried finds what its trials published before, perhaps with other parameters than are suggested now: what was
 * trained is what was learnt. A trainer that reports a number as text, or another type, has not trained something else.
 */
function echoed(parameters: Chosen, { parameters: trained }: TrainResult): Chosen {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      const told = trained[name];
      return [name, told !== undefined && typeof told === typeof value ? told : value];
    }),
  );
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** A second try would end the same: the trainer has refused the job, or no machine may be rented. */
function isFinal(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause)
    if (each instanceof ApplicationFailure && each.type)
      return each.type === 'PRN-RUN-004' || each.type.startsWith('PRN-COMPUTE-');
  return false;
}
