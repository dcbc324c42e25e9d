import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { RetrainInput } from '../../../../workflows/messages.ts';
import { turnOf } from '../../../compute/turn.ts';
import type { RunRecord } from '../../../registry/registry.ts';
import { modelParams, runBody, runParams, runsQuery } from '../../requests.ts';
import { runTrouble, type Started, startOrJoinRun } from '../../temporal/runs.ts';
import type { RunDetail, RunStarted } from '../../wire.ts';
import { needs } from '../auth.ts';
import { type ApiContext, temporalLink } from '../context.ts';
import { streamStates } from '../event-stream.ts';
import { readEvaluation } from '../evidence.ts';
import { parse } from '../failures.ts';
import { compilePlan } from '../model-file.ts';
import { readProgress } from '../progress.ts';

/** Start runs, look at them, follow them. */
export function runRoutes(app: FastifyInstance, context: ApiContext): void {
  const { registry } = context;
  app.post('/v1/models/:model/runs', needs.operating, async (request, reply): Promise<RunStarted> => {
    const { model } = parse(modelParams, request.params, 'path');
    const body = parse(runBody, request.body, 'body');
    const { asOf = new Date().toISOString(), reason, smoke, cache, trigger, priority } = body;
    const plan = body.plan ? compilePlan(body.plan, model) : null;
    const { file } = plan ?? (await registry.model(model)).plan;
    const input: RetrainInput = {
      model,
      asOf,
      trigger: { kind: trigger, by: request.caller.name, ...(reason ? { reason } : {}) },
      ...(plan ? { plan } : {}),
      ...(smoke ? { smoke } : {}),
      ...(cache ? {} : { noCache: true }),
      ...(priority ? { priority } : {}),
    };
    const started = await startOrJoinRun(context.temporal, input, turnOf(file, context.weights, priority));
    reply.code(202);
    return { model, ...started, run: (await awaitRecord(context, model, started))?.run ?? null };
  });
  app.get('/v1/runs', needs.reading, async ({ query }): Promise<RunRecord[]> => {
    const { model, limit, temporalRunId } = parse(runsQuery, query, 'query');
    const runs = await registry.runs(model, limit);
    return temporalRunId === undefined ? runs : runs.filter((run) => run.temporalRunId === temporalRunId);
  });
  app.get('/v1/runs/:run', needs.reading, async ({ params }): Promise<RunDetail> => {
    return await describeRun(context, parse(runParams, params, 'path').run);
  });
  app.get('/v1/runs/:run/events', needs.reading, async (request, reply) => {
    const { run } = parse(runParams, request.params, 'path');
    await streamStates(request, reply, async () => {
      const record = await registry.run(run);
      const { progress } = await readProgress(context, record);
      return { state: progress, closed: record.endedAt !== null || progress.state === 'closed' };
    });
  });
}

/** The workflow registers its run in its first activity: a moment's patience saves the caller a second request. */
async function awaitRecord({ registry }: ApiContext, model: string, started: Started): Promise<RunRecord | null> {
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const found = (await registry.runs(model, 10)).find((run) =>
      started.temporalRunId === null
        ? run.workflowId === started.workflowId && run.endedAt === null
        : run.temporalRunId === started.temporalRunId,
    );
    if (found) return found;
    await sleep(150);
  }
  return null;
}

/** What the run waits for in vain, and machines of it that cost money though they should be gone. */
async function troubleOf({ temporal, registry }: ApiContext, record: RunRecord): Promise<readonly string[]> {
  const [waiting, machines] = await Promise.all([
    record.endedAt === null ? runTrouble(temporal, record) : [],
    registry.machines({ run: record.run, living: true }),
  ]);
  return [
    ...waiting,
    ...machines.flatMap(({ machine, stuck }) =>
      stuck ? [`machine ${machine} cannot be ended since ${stuck.since}: ${stuck.why}`] : [],
    ),
  ];
}

async function describeRun(context: ApiContext, run: string): Promise<RunDetail> {
  const record = await context.registry.run(run);
  const [{ progress, source }, decisions, versions, trouble] = await Promise.all([
    readProgress(context, record),
    context.registry.decisions(record.model, run),
    context.registry.versions(record.model),
    troubleOf(context, record),
  ]);
  return {
    record,
    progress,
    source,
    decisions,
    evaluation: await readEvaluation(context.store, progress),
    versions: versions.filter((version) => version.run === run),
    trouble,
    temporalUrl: temporalLink(context, record.workflowId, record.temporalRunId),
  };
}
