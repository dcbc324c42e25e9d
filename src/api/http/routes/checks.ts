import type { FastifyInstance } from 'fastify';
import { turnOf } from '../../../compute/turn.ts';
import type { CheckReport } from '../../../drift/report.ts';
import { checkBody, checkParams, modelParams } from '../../requests.ts';
import { checkResult, checkState, startOrJoinCheck } from '../../temporal/checks.ts';
import type { CheckDetail, CheckStarted } from '../../wire.ts';
import { needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { readJson } from '../evidence.ts';
import { parse } from '../failures.ts';

/** Below the five minutes after which most HTTP clients give up; our own polls instead. */
const longestWaitMs = 4 * 60_000;

/** Start a check, look at one. */
export function checkRoutes(app: FastifyInstance, { registry, store, temporal, weights }: ApiContext): void {
  app.post('/v1/models/:model/checks', needs.operating, async (request, reply): Promise<CheckStarted> => {
    const { model } = parse(modelParams, request.params, 'path');
    const { asOf = new Date().toISOString(), wait } = parse(checkBody, request.body, 'body');
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
  app.get('/v1/models/:model/checks/:asOf', needs.reading, async ({ params }): Promise<CheckDetail> => {
    const { model, asOf } = parse(checkParams, params, 'path');
    const check = await checkState(temporal, model, asOf);
    const result = check.state === 'done' ? check.result : null;
    const failure = check.state === 'failed' ? check.message : null;
    const report = await readJson<CheckReport>(store, result?.evidence ?? null);
    return { state: check.state, failure, result, report };
  });
}
