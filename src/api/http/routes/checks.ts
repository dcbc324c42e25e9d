import type { FastifyInstance } from 'fastify';
import type { CheckSummary } from '../../../alarm/check-record.ts';
import { turnOf } from '../../../compute/turn.ts';
import { PerennialError } from '../../../errors/error.ts';
import type { CheckReport } from '../../../monitor/report.ts';
import { checkPage } from '../../../report/check-page.ts';
import { refuseFuture } from '../../refuse-future.ts';
import { checkBody, checkParams, checkQuery, checksQuery, modelParams } from '../../requests.ts';
import { checkResult, checkState, startOrJoinCheck } from '../../temporal/checks.ts';
import type { CheckDetail, CheckStarted } from '../../wire.ts';
import { needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { readJson } from '../evidence.ts';
import { parse } from '../failures.ts';

/** Below the five minutes after which most HTTP clients give up; our own polls instead. */
const longestWaitMs = 4 * 60_000;

/** Start a check, look at one. */
export function checkRoutes(app: FastifyInstance, context: ApiContext): void {
  const { registry, temporal, weights } = context;
  app.post('/v1/models/:model/checks', needs.operating, async (request, reply): Promise<CheckStarted> => {
    const { model } = parse(modelParams, request.params, 'path');
    const { asOf = new Date().toISOString(), wait } = parse(checkBody, request.body, 'body');
    refuseFuture(asOf, new Date());
    const { plan } = await registry.model(model);
    const trigger = { kind: 'manual', by: request.caller.name } as const;
    const { workflowId, joined } = await startOrJoinCheck(
      temporal,
      { model, asOf, trigger },
      turnOf(plan.file, weights),
    );
    const result = wait ? await checkResult(temporal, model, asOf, longestWaitMs) : null;
    reply.code(result ? 200 : 202);
    return { workflowId, asOf, joined, result };
  });
  app.get('/v1/models/:model/checks', needs.reading, async ({ params, query }): Promise<readonly CheckSummary[]> => {
    const { model } = parse(modelParams, params, 'path');
    const { before, limit } = parse(checksQuery, query, 'query');
    const [checks] = await Promise.all([
      registry.checks(model, { limit, ...(before === undefined ? {} : { before }) }),
      registry.model(model),
    ]);
    return checks;
  });
  app.get('/v1/models/:model/checks/:asOf', needs.reading, async ({ params, query }): Promise<CheckDetail> => {
    const { model, asOf } = parse(checkParams, params, 'path');
    const { live } = parse(checkQuery, query, 'query');
    return (live ? null : await kept(context, model, asOf)) ?? (await underWay(context, model, asOf));
  });
  app.get('/v1/models/:model/checks/:asOf/page', needs.reading, async ({ params }, reply): Promise<string> => {
    const { model, asOf } = parse(checkParams, params, 'path');
    const detail = (await kept(context, model, asOf)) ?? (await underWay(context, model, asOf));
    if (detail.report === null)
      throw new PerennialError('PRN-API-004', { message: `The check of ${model} as of ${asOf} has no report.` });
    reply.type('text/html; charset=utf-8');
    return checkPage(detail.report);
  });
}

async function kept({ registry, store }: ApiContext, model: string, asOf: string): Promise<CheckDetail | null> {
  const record = await registry.checkRecord(model, asOf);
  if (record === null) return null;
  const report = await readJson<CheckReport>(store, record.evidence);
  return { state: 'done', failure: null, result: null, report, record };
}

async function underWay({ registry, store, temporal }: ApiContext, model: string, asOf: string): Promise<CheckDetail> {
  const check = await checkState(temporal, model, asOf);
  if (check.state !== 'done') {
    const failure = check.state === 'failed' ? check.message : null;
    return { state: check.state, failure, result: null, report: null, record: null };
  }
  const { result } = check;
  const [report, record] = await Promise.all([
    readJson<CheckReport>(store, result.evidence),
    registry.checkRecord(model, asOf),
  ]);
  return { state: 'done', failure: null, result, report, record };
}
