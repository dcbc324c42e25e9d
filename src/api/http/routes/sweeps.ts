import type { FastifyInstance, FastifyRequest } from 'fastify';
import { turnOf } from '../../../compute/turn.ts';
import { PerennialError } from '../../../errors/error.ts';
import { continuedPlan } from '../../../plan/continued.ts';
import type { RunRecord } from '../../../registry/registry.ts';
import { type SweepRecord, settled, sweepKey } from '../../../sweep/record.ts';
import { commandBody, extendBody, parallelBody, pauseBody, sweepParams } from '../../requests.ts';
import { startOrJoinRun } from '../../temporal/runs.ts';
import { orderSweep, type SweepKey, type SweepOrder, sweepProgress } from '../../temporal/sweeps.ts';
import type { Said, SweepDetail } from '../../wire.ts';
import { needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { readJson } from '../evidence.ts';
import { parse } from '../failures.ts';
import { readProgress } from '../progress.ts';

/** Look at the sweep of a stage, and steer it while it runs. */
export function sweepRoutes(app: FastifyInstance, context: ApiContext): void {
  app.get('/v1/runs/:run/sweeps/:stage', needs.reading, async ({ params }): Promise<SweepDetail> => {
    const { run, stage } = parse(sweepParams, params, 'path');
    return await describeSweep(context, await context.registry.run(run), stage);
  });
  const route = (path: string, orderOf: (request: FastifyRequest, by: string) => SweepOrder) =>
    app.post(path, needs.operating, async (request): Promise<Said> => {
      const { run, stage } = parse(sweepParams, request.params, 'path');
      const key = await runningSweep(context, await context.registry.run(run), stage);
      return { message: await orderSweep(context.temporal, key, orderOf(request, request.caller.name)) };
    });
  app.post('/v1/runs/:run/sweeps/:stage/extend', needs.operating, async ({ params, body, caller }, reply) => {
    const { run, stage } = parse(sweepParams, params, 'path');
    const record = await context.registry.run(run);
    const command = { by: caller.name, ...parse(extendBody, body, 'body') };
    if (record.endedAt !== null) {
      reply.code(202);
      return await continueSweep(context, { record, stage, ...command });
    }
    const key = await runningSweep(context, record, stage);
    return { message: await orderSweep(context.temporal, key, { kind: 'extend', command }) } satisfies Said;
  });
  route('/v1/runs/:run/sweeps/:stage/pause', ({ body }, by) => ({
    kind: 'pause',
    command: { by, ...parse(pauseBody, body, 'body') },
  }));
  route('/v1/runs/:run/sweeps/:stage/stop', ({ body }, by) => ({
    kind: 'stop',
    command: { by, ...parse(commandBody, body, 'body') },
  }));
  route('/v1/runs/:run/sweeps/:stage/parallel', ({ body }, by) => ({
    kind: 'parallel',
    command: { by, ...parse(parallelBody, body, 'body') },
  }));
}

/**
 * A sweep whose run has ended goes on as a run of its own, as of the same instant: its trials are taken over, and what it finds is evaluated
 * and approved as ever.
 * @throws PRN-API-004 it left no record · PRN-API-009 the model has an open run · PRN-SWEEP-004 the stage has no sweep any more
 */
async function continueSweep(
  context: ApiContext,
  asked: {
    readonly record: RunRecord;
    readonly stage: string;
    readonly by: string;
    readonly reason: string;
    readonly trials: number;
  },
): Promise<Said> {
  const { record, stage, by, reason, trials } = asked;
  const { model, run, asOf } = record;
  const kept = await readJson<SweepRecord>(context.store, sweepKey({ model, run, stage }));
  if (!kept) throw new PerennialError('PRN-API-004', { message: `The sweep ${stage} of ${run} left no record.` });
  const finished = settled(kept.trials).filter(({ failure }) => failure === undefined).length;
  const { plan: applied } = await context.registry.model(model);
  const plan = continuedPlan(applied, { stage, run, trials: finished + trials });
  if (!plan) {
    const message = `Stage ${stage} of ${model} has no sweep any more: the model file has changed since ${run}.`;
    throw new PerennialError('PRN-SWEEP-004', { message });
  }
  const trigger = { kind: 'manual', by, reason: `${trials} more trials for ${stage} of ${run}: ${reason}` } as const;
  await startOrJoinRun(context.temporal, { model, asOf, trigger, plan }, turnOf(plan.file, context.weights));
  const message = `sweep ${stage} of ${run} has ended: a new run goes on with its ${finished} trials and ${trials} more`;
  return { message };
}

/** @throws PRN-API-008 the run or the stage is not at it · PRN-API-004 no such stage */
async function runningSweep(context: ApiContext, record: RunRecord, name: string): Promise<SweepKey> {
  const { progress } = await readProgress(context, record);
  const stage = progress.stages.find((each) => each.name === name);
  if (!stage) {
    const names = progress.stages.map((each) => each.name).join(', ');
    throw new PerennialError('PRN-API-004', { message: `${record.run} has no stage ${name}; its stages: ${names}.` });
  }
  if (stage.state === 'running') return { record, stage: name, attempt: stage.attempt };
  throw new PerennialError('PRN-API-008', {
    message: `Stage ${name} of ${record.run} has no sweep now: it is ${stage.state}.`,
  });
}

async function describeSweep(context: ApiContext, record: RunRecord, stage: string): Promise<SweepDetail> {
  const kept = await keptSweep(context, record, stage);
  if (record.endedAt !== null && kept) return { progress: null, record: kept };
  try {
    const progress = await sweepProgress(context.temporal, await runningSweep(context, record, stage));
    return { progress, record: null };
  } catch (error) {
    if (kept) return { progress: null, record: kept };
    throw error;
  }
}

/** Of a stage that was taken from the cache, the sweep of the run that had made it. */
async function keptSweep(context: ApiContext, record: RunRecord, stage: string): Promise<SweepRecord | null> {
  const { model, run } = record;
  const own = await readJson<SweepRecord>(context.store, sweepKey({ model, run, stage }));
  if (own || record.endedAt === null) return own;
  const { progress } = await readProgress(context, record);
  const from = progress.stages.find(({ name }) => name === stage)?.cache?.from;
  return from === undefined ? null : await readJson<SweepRecord>(context.store, sweepKey({ model, run: from, stage }));
}
