import type { FastifyInstance } from 'fastify';
import { PerennialError } from '../../../errors/error.ts';
import type { AttemptRecord } from '../../../training/request.ts';
import { logsQuery, runParams } from '../../requests.ts';
import type { RunLogs } from '../../wire.ts';
import { needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';
import { listAttempts, readLog } from '../run-logs.ts';

/** What the trainers of a run have said, from the object store alone: also of machines that are gone. */
export function logRoutes(app: FastifyInstance, { registry, store }: ApiContext): void {
  app.get('/v1/runs/:run/logs', needs.reading, async (request): Promise<RunLogs> => {
    const { run } = parse(runParams, request.params, 'path');
    const { stage, trial, attempt, after } = parse(logsQuery, request.query, 'query');
    // Asked first: what a run writes before it is closed is then in the answer that says so.
    const { model, endedAt } = await registry.run(run);
    const filter = { model, run, ...(stage === undefined ? {} : { stage }) };
    const all = await listAttempts(store, filter);
    const attempts = trial === undefined ? all : all.filter((found) => found.trial === trial);
    const chosen = choose(run, attempts, attempt);
    const nothing = { text: '', last: after, more: false };
    const log = chosen ? await readLog(store, { model, run }, chosen, after) : nothing;
    return { run, closed: endedAt !== null, attempts, chosen, ...log };
  });
}

/** The newest attempt, or the newest one with this label. */
function choose(run: string, attempts: readonly AttemptRecord[], label: string | undefined): AttemptRecord | null {
  if (label === undefined) return attempts.at(-1) ?? null;
  const found = attempts.findLast(({ attempt }) => attempt === label);
  if (found) return found;
  const known = [...new Set(attempts.map(({ attempt }) => attempt))];
  throw new PerennialError('PRN-API-004', {
    message: `There is no attempt ${label} among the ${attempts.length} that were asked for of ${run}${known.length > 0 ? `; there is ${known.join(', ')}` : ''}.`,
  });
}
