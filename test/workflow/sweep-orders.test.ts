import { Context } from '@temporalio/activity';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSweepActivities } from '../../activities/sweep.ts';
import { rungTeller } from '../../activities/training-rungs.ts';
import type { SweepRecord } from '../../src/sweep/record.ts';
import type { TrainRequest, TrainResult } from '../../src/training/request.ts';
import {
  extendSweepUpdate,
  pauseSweepUpdate,
  setParallelUpdate,
  stopSweepUpdate,
  sweepProgressQuery,
  taskQueues,
} from '../../workflows/messages.ts';
import { sweep } from '../../workflows/sweep.ts';
import type { SweepInput } from '../../workflows/sweep-shapes.ts';
import { devServer, withWorker } from './environment.ts';
import { aTrainResult, fakeActivities } from './fake-activities.ts';
import { aPlan, aTrainRequest, snapshot } from './plans.ts';
import { refusal, until } from './story.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await devServer('limit.historyCount.suggestContinueAsNew=100');
});
afterAll(async () => {
  await environment.teardown();
});

type Handle = WorkflowHandleWithFirstExecutionRunId<typeof sweep>;
const space = { depth: { int: [1, 99] as [number, number], log: false } };
const ana = { by: 'ana', reason: 'because' };
let sweeps = 0;

/** A sweep whose trials end when they are let go; `story` is told while it runs. */
async function play(
  spec: Partial<SweepInput['sweep']>,
  story: (handle: Handle, gate: Gate) => Promise<void>,
  overrides: Record<string, (...args: never[]) => unknown> = {},
) {
  const gate = new Gate();
  const fake = fakeActivities(aPlan({ snapshot }), { ...createSweepActivities(), train: gate.train, ...overrides });
  const result = await withWorker(environment, fake.activities, async () => {
    const input: SweepInput = {
      request: aTrainRequest(),
      metric: 'auc',
      compute: null,
      timeout: '1m',
      warmStart: null,
      sweep: { trials: 4, parallel: 1, space, earlyStopping: 'none', ...spec },
    };
    const workflowId = `orders:${sweeps++}`;
    const handle = await environment.client.workflow.start(sweep, {
      taskQueue: taskQueues.control,
      workflowId,
      args: [input],
    });
    await story(handle, gate);
    gate.open();
    return await handle.result();
  });
  const kept = fake.callsTo('keepSweep').map(({ args }) => (args[0] as { record: SweepRecord }).record);
  return { result, fake, kept, gate };
}

/** Trainings that wait until somebody lets them end; a cancelled one ends by itself. */
class Gate {
  flying = 0;
  most = 0;
  started = 0;
  readonly #waiting: (() => void)[] = [];
  #open = false;

  readonly train = async (request: TrainRequest): Promise<TrainResult> => {
    this.started += 1;
    this.flying += 1;
    this.most = Math.max(this.most, this.flying);
    const beat = setInterval(() => Context.current().heartbeat(), 100);
    try {
      if (!this.#open)
        await Promise.race([Context.current().cancelled, new Promise<void>((go) => this.#waiting.push(go))]);
      return { ...aTrainResult(request), metrics: { auc: 0.5 + (request.trial ?? 0) / 100 } };
    } finally {
      clearInterval(beat);
      this.flying -= 1;
    }
  };

  letOneEnd(): void {
    this.#waiting.shift()?.();
  }

  open(): void {
    this.#open = true;
    while (this.#waiting.length > 0) this.letOneEnd();
  }
}

const finished = async (handle: Handle) => (await handle.query(sweepProgressQuery)).finished;

describe('orders to a sweep', () => {
  it('pause: what runs finishes, nothing starts, until it is resumed', async () => {
    const { result, gate, fake } = await play({ trials: 3 }, async (handle, gate) => {
      await until(async () => gate.flying === 1);
      const said = await handle.executeUpdate(pauseSweepUpdate, { args: [{ ...ana, paused: true }] });
      expect(said).toBe('sweep boosted of m-r1 is paused: the trials that run go on to their end, none starts');
      gate.letOneEnd();
      await until(async () => (await finished(handle)) === 1);
      expect(await handle.query(sweepProgressQuery)).toMatchObject({ state: 'paused', running: [] });
      expect(gate.started).toBe(1);
      const again = handle.executeUpdate(pauseSweepUpdate, { args: [{ ...ana, paused: true }] });
      expect(await refusal(again)).toBe('sweep boosted of m-r1 is paused already');
      await handle.executeUpdate(pauseSweepUpdate, { args: [{ ...ana, paused: false }] });
    });
    expect(result.counts?.finished).toBe(3);
    expect(gate.started).toBe(3);
    const events = fake.callsTo('recordEvent').map(({ args }) => (args[0] as { kind: string }).kind);
    expect(events).toEqual(['sweep.paused', 'sweep.resumed']);
  });

  it('parallel and extend: more at a time, and more in all', async () => {
    const { result, gate } = await play({ trials: 2, parallel: 1 }, async (handle, gate) => {
      await until(async () => gate.flying === 1);
      await handle.executeUpdate(setParallelUpdate, { args: [{ ...ana, parallel: 3 }] });
      await until(async () => gate.flying === 2);
      const said = await handle.executeUpdate(extendSweepUpdate, { args: [{ ...ana, trials: 3 }] });
      expect(said).toBe('sweep boosted of m-r1 finishes 5 trials instead of 2');
      await until(async () => gate.flying === 3);
    });
    expect(result.counts?.finished).toBe(5);
    expect(gate.most).toBe(3);
  });

  it('stop: takes the best that has finished, and ends the others at once', async () => {
    const { result, kept } = await play({ trials: 50, parallel: 2 }, async (handle, gate) => {
      await until(async () => gate.flying === 2);
      const early = handle.executeUpdate(stopSweepUpdate, { args: [ana] });
      expect(await refusal(early)).toContain('perennial cancel m-r1');
      gate.letOneEnd();
      await until(async () => (await finished(handle)) === 1 && gate.flying === 2);
      await handle.executeUpdate(stopSweepUpdate, { args: [ana] });
      await handle.result();
      expect(gate.flying).toBe(0);
    });
    expect(result).toMatchObject({ counts: { finished: 1, failed: 0 }, ended: 'ana stopped it: because' });
    expect(kept[0]?.cutOff).toHaveLength(2);
    expect(kept[0]).toMatchObject({ best: kept[0]?.trials[0]?.trial, ended: 'ana stopped it: because' });
  });
});

describe('the budget of a sweep', () => {
  it('time: ends the trials that run, and keeps those that have finished', async () => {
    const { result, kept } = await play({ trials: 9, budget: { time: '3s' } }, async (handle, gate) => {
      await until(async () => gate.flying === 1);
      gate.letOneEnd();
      await handle.result();
      expect(gate.flying).toBe(0);
    });
    expect(result).toMatchObject({ counts: { finished: 1 }, ended: 'its time is over' });
    expect(kept[0]?.cutOff.map(({ trial }) => trial)).toEqual([1]);
  });

  it('target: waits for the trials that run, and starts none', async () => {
    const { result, gate } = await play({ trials: 50, parallel: 2, budget: { target: 0.5 } }, async (handle, gate) => {
      await until(async () => gate.flying === 2);
      gate.letOneEnd();
      await until(async () => (await finished(handle)) === 1);
      const late = handle.executeUpdate(extendSweepUpdate, { args: [{ ...ana, trials: 3 }] });
      expect(await refusal(late)).toMatch(/^sweep boosted of m-r1 is ending: trial [01] has reached 0.5$/);
    });
    expect(result.counts?.finished).toBe(2);
    expect(gate.started).toBe(2);
  });
});

describe('a sweep with another early-stopping rule', () => {
  it('ends trials below the median of others', async () => {
    const train = async (request: TrainRequest) => {
      const auc = request.trial === 3 ? 0.1 : 0.8;
      rungTeller(request)({ step: 50, of: 100, metrics: { auc } });
      if (request.trial === 3) {
        const beat = setInterval(() => Context.current().heartbeat(), 100);
        await Context.current().cancelled.finally(() => clearInterval(beat));
      }
      return { ...aTrainResult(request), metrics: { auc } };
    };
    const earlyStopping = { median: { every: 0.5, trials: 3 } };
    const { result } = await play({ trials: 5, earlyStopping }, async () => undefined, { train });
    expect(result.counts).toEqual({ finished: 5, failed: 0, endedEarly: 1 });
    expect(result.trials.find(({ trial }) => trial === 3)).toMatchObject({ value: 0.1, stoppedAt: 50 });
  });
});

describe('a sweep after earlier ones', () => {
  it('begins with the champion, then with what was best before', async () => {
    const earlierTrials = () => ({ parameters: [{ depth: 7 }, { depth: 8 }], dropped: 0 });
    const { fake } = await play({ trials: 3 }, async (_, gate) => gate.open(), { earlierTrials });
    const tried = fake.callsTo('train').map(({ args }) => (args[0] as TrainRequest).parameters.depth);
    expect(tried.slice(0, 2)).toEqual([7, 8]);
  });
});
