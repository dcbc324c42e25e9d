import {
  ApplicationFailure,
  continueAsNew,
  executeChild,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { rootMessage } from '../src/errors/root-message.ts';
import type { ParameterValue } from '../src/plan/schema.ts';
import type { Asha, RungReport } from '../src/sweep/rungs.ts';
import type { TrainRequest, TrainResult } from '../src/training/request.ts';
import { stopsHere } from './failures.ts';
import { rungSignal } from './messages.ts';
import { localSampler } from './proxies.ts';
import { searchAttributes } from './search-attributes.ts';
import { SweepRace } from './sweep-race.ts';
import type { SweepInput, SweepResult, SweepWorkflow, Trial } from './sweep-shapes.ts';
import { train } from './train.ts';

/**
 * The sweep as it was before it could be steered: those that began then go on in the same order. When its history grows long it
 * continues as the sweep of today.
 */
export async function sweepBeforeDesk(input: SweepInput): Promise<SweepResult> {
  const finished: Trial[] = [...(input.trials ?? [])];
  const running = new Map<number, Readonly<Record<string, ParameterValue>>>();
  let next = finished.length;
  upsertSearchAttributes([
    { key: searchAttributes.model, value: input.request.model },
    { key: searchAttributes.stage, value: input.request.stage },
  ]);

  const race = new SweepRace({ rule: ashaOf(input), metric: input.metric, reports: input.rungs ?? [] });
  setHandler(rungSignal, (report) => race.reached(report));

  async function keepTrying(): Promise<void> {
    while (next < input.sweep.trials && !workflowInfo().continueAsNewSuggested) {
      const trial = next++;
      const parameters = await suggest(input, finished, running, trial);
      running.set(trial, parameters);
      const ended = (report: RungReport): Trial => ({
        trial,
        parameters,
        value: report.value,
        result: null,
        stoppedAt: report.step,
      });
      const end = await race.run(trial, () => runTrial(input, trial, parameters), ended);
      if (end) finished.push(end);
      running.delete(trial);
      setCurrentDetails(sweepDetails(finished, input.sweep.trials));
    }
  }
  const trying = Array.from({ length: input.sweep.parallel }, keepTrying);
  // A cancelled sweep ends when its last trial has stopped.
  await Promise.allSettled(trying);
  await Promise.all(trying);
  const best = await bestOf(input, finished);
  if (next < input.sweep.trials)
    await continueAsNew<SweepWorkflow>({ ...input, trials: carried(finished, best), rungs: race.reports });
  if (!best) throw allFailed(input, finished);
  return { best, trials: observations(finished) };
}

async function bestOf({ metric }: SweepInput, finished: readonly Trial[]): Promise<TrainResult | null> {
  const whole = finished.filter(({ stoppedAt }) => stoppedAt === undefined);
  const { trial: best } = await localSampler.bestOf(metric, observations(whole));
  return finished.find(({ trial }) => trial === best)?.result ?? null;
}

/** Of hundreds of trials only one result can still win: the others travel as figures, or the input would outgrow a payload. */
function carried(finished: readonly Trial[], best: TrainResult | null): Trial[] {
  return finished.map((trial) => (trial.result === best ? trial : { ...trial, result: null }));
}

function observations(trials: readonly Trial[]): SweepResult['trials'] {
  return trials.map(({ trial, parameters, value, stoppedAt }) => ({
    trial,
    parameters,
    value,
    ...(stoppedAt === undefined ? {} : { stoppedAt }),
  }));
}

function allFailed({ metric, sweep: { trials } }: SweepInput, finished: readonly Trial[]): ApplicationFailure {
  const broken = finished.find(({ failure }) => failure)?.failure;
  return ApplicationFailure.create({
    type: 'PRN-SWEEP-001',
    nonRetryable: true,
    message: broken
      ? `none of the ${trials} trials has a value of ${metric}; the first failure: ${broken}`
      : `none of the ${trials} trials has a value of ${metric}: the trainer does not report this metric`,
  });
}

function suggest(
  input: SweepInput,
  finished: readonly Trial[],
  running: ReadonlyMap<number, Readonly<Record<string, ParameterValue>>>,
  trialNumber: number,
) {
  return localSampler.suggestTrial({
    space: input.sweep.space,
    metric: input.metric,
    observations: observations(finished),
    running: [...running.values()],
    seed: input.request.seed,
    trialNumber,
    warmStart: input.warmStart,
  });
}

async function runTrial(
  input: SweepInput,
  trial: number,
  parameters: Readonly<Record<string, ParameterValue>>,
): Promise<Trial> {
  try {
    const result = await executeChild(train, {
      workflowId: `${workflowInfo().workflowId}/t${trial}`,
      args: [
        {
          request: {
            ...input.request,
            trial,
            parameters: { ...input.request.parameters, ...parameters },
            rungs: rungsOf(input),
          },
          compute: input.compute,
          timeout: input.timeout,
        },
      ],
      staticSummary: `trial ${trial + 1} of ${input.sweep.trials}`,
    });
    return { trial, parameters, value: result.metrics[input.metric] ?? null, result };
  } catch (error) {
    if (stopsHere(error)) throw error;
    return { trial, parameters, value: null, result: null, failure: rootMessage(error) };
  }
}

/** A sweep that began before there was early stopping has none. */
function ashaOf({ sweep: { earlyStopping = 'none' } }: SweepInput): Asha | null {
  return earlyStopping !== 'none' && 'eta' in earlyStopping ? earlyStopping : null;
}

function rungsOf(input: SweepInput): TrainRequest['rungs'] {
  const asha = ashaOf(input);
  return asha && { sweep: workflowInfo().workflowId, metric: input.metric, asha };
}

function sweepDetails(finished: readonly Trial[], planned: number): string {
  const rows = finished.map(
    ({ trial, value, parameters, stoppedAt }) =>
      `| ${trial} | ${value?.toFixed(4) ?? 'failed'}${stoppedAt === undefined ? '' : ` at step ${stoppedAt}, ended`} | \`${JSON.stringify(parameters)}\` |`,
  );
  return [
    `${finished.length} of ${planned} trials`,
    '',
    '| trial | value | parameters |',
    '|---|---|---|',
    ...rows,
  ].join('\n');
}
