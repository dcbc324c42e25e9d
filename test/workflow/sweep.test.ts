import { Context } from '@temporalio/activity';
import type { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSweepActivities } from '../../activities/sweep.ts';
import { rungTeller } from '../../activities/training-rungs.ts';
import type { ParameterValue } from '../../src/plan/schema.ts';
import type { SweepRecord } from '../../src/sweep/record.ts';
import { verifySweep } from '../../src/sweep/verify.ts';
import type { TrainRequest, TrainResult } from '../../src/training/request.ts';
import { taskQueues } from '../../workflows/messages.ts';
import { sweep } from '../../workflows/sweep.ts';
import type { SweepInput } from '../../workflows/sweep-shapes.ts';
import { devServer, withWorker } from './environment.ts';
import { aTrainResult, fakeActivities } from './fake-activities.ts';
import { aPlan, aTrainRequest, snapshot } from './plans.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await devServer('limit.historyCount.suggestContinueAsNew=60');
});
afterAll(async () => {
  await environment.teardown();
});

const depth = { depth: { int: [1, 9] as [number, number], log: false } };
let sweeps = 0;

type Change = Partial<Omit<SweepInput, 'sweep' | 'trials'> & Omit<SweepInput['sweep'], 'warmStart'>>;

/** Sweeps with the real sampler and these trainings. */
async function play(
  train: (request: TrainRequest) => Promise<TrainResult> | TrainResult,
  {
    trials = 4,
    parallel = 1,
    metric = 'auc',
    space = depth,
    earlyStopping = 'none',
    budget,
    sampler,
    ...rest
  }: Change = {},
) {
  const fake = fakeActivities(aPlan({ snapshot }), { ...createSweepActivities(), train });
  const workflowId = `sweep:${sweeps++}`;
  const input = { request: aTrainRequest(), metric, compute: null, timeout: '1m', warmStart: null, ...rest };
  const result = await withWorker(environment, fake.activities, async () => {
    const args: [SweepInput] = [
      { ...input, sweep: { trials, parallel, space, earlyStopping, budget, ...(sampler ? { sampler } : {}) } },
    ];
    return await environment.client.workflow.execute(sweep, { taskQueue: taskQueues.control, workflowId, args });
  });
  return { result, fake, workflowId };
}

/** Best at a depth of 6. */
const trained = (request: TrainRequest) => ({
  ...aTrainResult(request),
  metrics: { auc: 0.9 - Math.abs(Number(request.parameters.depth) - 6) / 100 },
});

describe('a sweep', () => {
  it('keeps `parallel` trials in flight, no more', async () => {
    let flying = 0;
    const seen: number[] = [];
    await play(
      async (request) => {
        seen.push(++flying);
        await new Promise((landed) => setTimeout(landed, 150));
        flying -= 1;
        return trained(request);
      },
      { trials: 7, parallel: 3 },
    );
    expect(seen).toHaveLength(7);
    expect(Math.max(...seen)).toBe(3);
  });

  it('gives the best trial, trained with its own parameters on top of the fixed ones', async () => {
    const { result, fake } = await play(trained, { trials: 6, request: aTrainRequest({ parameters: { eta: 0.1 } }) });
    const best = Math.max(...result.trials.map(({ value }) => value ?? 0));
    expect(result.best.metrics.auc).toBe(best);
    const winner = result.trials.find(({ value }) => value === best);
    expect(result.best.parameters).toEqual({ eta: 0.1, ...winner?.parameters });
    expect(fake.callsTo('train').map(({ args }) => (args[0] as TrainRequest).trial)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('takes the smallest value where the metric is a loss', async () => {
    const { result } = await play((request) => ({ ...trained(request), metrics: { logLoss: request.trial ?? 0 } }), {
      metric: 'logLoss',
    });
    expect(result.best.metrics.logLoss).toBe(0);
  });

  it('starts with the champion’s parameters, as far as the space still has them', async () => {
    const { result } = await play(trained, { trials: 2, warmStart: { depth: 6, forgotten: 1 } });
    expect(result.trials[0]?.parameters).toEqual({ depth: 6 });
    expect(result.best.parameters.depth).toBe(6);
  });

  it('records what each suggestion was made from, so that it can be made again bit for bit', async () => {
    const space = { depth: { int: [1, 900] as [number, number], log: true }, kind: { choice: ['a', 'b'] } };
    const { fake } = await play(trained, { trials: 16, parallel: 3, space, warmStart: { depth: 5 } });
    const [kept] = fake.callsTo('keepSweep').map(({ args }) => args[0] as { record: SweepRecord });
    const verification = kept && (await verifySweep(kept.record, async () => []));
    expect(verification).toMatchObject({ checked: 16, matched: 16, differing: [] });
  });

  it('trains no parameters twice, and marks what it knows already', async () => {
    const space = { depth: { choice: [3, 5] } };
    const { result, fake } = await play(trained, { trials: 5, space, sampler: 'grid' });
    expect(fake.callsTo('train')).toHaveLength(2);
    expect(result.counts).toMatchObject({ finished: 5 });
    const [kept] = fake.callsTo('keepSweep').map(({ args }) => args[0] as { record: SweepRecord });
    const trials = kept?.record.trials ?? [];
    expect(trials.map(({ repeats }) => repeats)).toEqual([undefined, undefined, 0, 1, 0]);
    for (const { repeats, value } of trials.slice(2)) expect(value).toBe(trials[repeats ?? -1]?.value);
  });

  it('tries a trial that fails once more, then goes on without counting it, and the sampler hears that it was bad', async () => {
    const { result, fake } = await play((request) => {
      if (request.trial === 1) throw ApplicationFailure.nonRetryable('exploded', 'PRN-RUN-005');
      return trained(request);
    });
    expect(result.trials.map(({ value }) => value === null)).toEqual([false, true, false, false, false]);
    expect(result.counts).toEqual({ finished: 4, failed: 1, endedEarly: 0 });
    expect(fake.callsTo('train').map(({ args }) => (args[0] as TrainRequest).trial)).toEqual([0, 1, 1, 2, 3, 4]);
    const last = fake.callsTo('suggestTrial').at(-1)?.args[0] as { observations: { trial: number; value: unknown }[] };
    expect(last.observations.find(({ trial }) => trial === 1)?.value).toBeNull();
  });

  it.each([
    [
      'every trial failed',
      () => {
        throw ApplicationFailure.nonRetryable('no such column', 'PRN-RUN-004');
      },
      'none of the 4 trials has a value of auc; the first failure: no such column',
    ],
    [
      'the trainer does not know the metric',
      (request: TrainRequest) => ({ ...trained(request), metrics: { f1: 1 } }),
      'none of the 4 trials has a value of auc; the trainer does not report this metric as a number',
    ],
    [
      'the metric is never a number',
      (request: TrainRequest) => ({ ...trained(request), metrics: { auc: Number.NaN } }),
      'none of the 4 trials has a value of auc; the trainer does not report this metric as a number',
    ],
  ])('fails, saying why, when %s', async (_, train, message) => {
    const failure: WorkflowFailedError = await play(train).then(
      () => expect.unreachable(),
      (error) => error,
    );
    expect(failure.cause).toMatchObject({ message, type: 'PRN-SWEEP-001', nonRetryable: true });
  });

  it('continues as new before its history grows long, and still knows the best of all trials', async () => {
    const { result, fake, workflowId } = await play(
      (request) => (request.trial === 0 ? { ...trained(request), metrics: { auc: 0.99 } } : trained(request)),
      { trials: 12, parallel: 2, space: { depth: { int: [1, 1000], log: false } } },
    );
    expect(result.trials.map(({ trial }) => trial).toSorted((a, b) => a - b)).toEqual([...Array(12).keys()]);
    expect(result.best.artifact).toContain('/0');
    expect(fake.callsTo('train')).toHaveLength(12);
    const executions = environment.client.workflow.list({ query: `WorkflowId = '${workflowId}'` });
    let chain = 0;
    for await (const _ of executions) chain += 1;
    expect(chain).toBeGreaterThan(1);
  });

  it('ends a trial that falls behind at a rung, and goes on with the next; what was ended cannot win', async () => {
    const asha = { eta: 2, firstRung: 0.1 };
    // The second trial looks best at its end, but is last at the rung: nobody ever sees its end.
    const atRung = [0.8, 0.7, 0.9];
    const { result, fake } = await play(
      async (request) => {
        const trial = request.trial ?? 0;
        rungTeller(request)({ step: 12, of: 100, metrics: { auc: atRung[trial] ?? 0 } });
        if (trial === 1) {
          const beat = setInterval(() => Context.current().heartbeat(), 100);
          await Context.current().cancelled.finally(() => clearInterval(beat));
        }
        return { ...trained(request), metrics: { auc: trial === 1 ? 0.99 : (atRung[trial] ?? 0) } };
      },
      { trials: 3, earlyStopping: asha },
    );
    expect(result.trials.find(({ trial }) => trial === 1)).toMatchObject({ value: 0.7, stoppedAt: 10 });
    expect(result.best.metrics.auc).toBe(0.9);
    expect(fake.callsTo('train').map(({ args }) => (args[0] as TrainRequest).rungs?.asha)).toEqual([asha, asha, asha]);
  });

  it('has its suggestions in its history, so that a replay asks nobody', async () => {
    const { workflowId, result, fake } = await play(trained, { trials: 2 });
    const asked = fake.callsTo('suggestTrial').length;
    const { events } = await environment.client.workflow.getHandle(workflowId).fetchHistory();
    const suggestions = (events ?? [])
      .filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'suggestTrial')
      .map(({ eventId }) => String(eventId));
    const noted = (events ?? []).flatMap(({ activityTaskCompletedEventAttributes: completed }) => {
      const data = completed?.result?.payloads?.[0]?.data;
      const isSuggestion = suggestions.includes(String(completed?.scheduledEventId));
      return data && isSuggestion ? [JSON.parse(Buffer.from(data).toString()) as Record<string, ParameterValue>] : [];
    });
    expect(noted).toEqual(result.trials.map(({ parameters }) => parameters));
    await withWorker(environment, fake.activities, () =>
      environment.client.workflow.getHandle(workflowId).query('__stack_trace'),
    );
    expect(fake.callsTo('suggestTrial')).toHaveLength(asked);
  });
});
