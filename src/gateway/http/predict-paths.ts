import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseLabels, parsePredict, parseVersion } from '../predict-request.ts';
import type { LabelLine } from '../request-log.ts';
import { type AnsweredRow, answerRows, requireModel } from './answer-rows.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { errorReply, markServed, sendJson } from './replies.ts';

type ModelRequest = FastifyRequest<{ Params: { model: string } }>;

/** `POST /v1/models/{model}/predict` and `/labels`. */
export function addPredictPaths(app: FastifyInstance, parts: GatewayParts): void {
  app.post('/v1/models/:model/predict', (request: ModelRequest, reply) => predict(parts, request, reply));
  app.post('/v1/models/:model/labels', (request: ModelRequest, reply) => addLabels(parts, request, reply));
}

/** One header value, or null. */
export function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value.slice(0, 512) : null;
}

export function askedVersion(request: FastifyRequest): number | null {
  const asked = headerOf(request, 'x-model-version');
  return asked === null ? null : parseVersion(asked);
}

function predict(parts: GatewayParts, request: ModelRequest, reply: FastifyReply): void {
  const arrived = performance.now();
  const { model } = request.params;
  const { single, rows } = parsePredict(request.body);
  const asked = { model, version: askedVersion(request), id: headerOf(request, 'x-request-id'), key: null, rows };
  answerRows(
    parts,
    asked,
    (answered) => {
      markServed(reply, answered.rows);
      const first = answered.rows[0];
      if (single && first !== undefined) sendOne(reply, model, first);
      else sendMany(reply, model, answered.rows);
      finish(parts, model, answered.rows, (performance.now() - arrived) / 1000);
    },
    (error) => reply.send(error),
  );
}

function sendOne(reply: FastifyReply, model: string, { id, served }: AnsweredRow): void {
  if (served.answer === null) {
    reply.send(served.error);
    return;
  }
  const { score: _, ...answer } = served.answer;
  sendJson(reply, { id, model, version: served.version, role: served.role, ...answer });
}

/** A row that failed carries its error in its place; only when every row failed does the request. */
function sendMany(reply: FastifyReply, model: string, rows: readonly AnsweredRow[]): void {
  const answers = rows.map(({ id, served }) => {
    const { version, role } = served;
    if (served.answer === null) return { id, version, role, error: errorReply(served.error).error };
    const { score: _, ...answer } = served.answer;
    return { id, version, role, ...answer };
  });
  const failed = rows.every(({ served }) => served.answer === null);
  sendJson(reply, { model, rows: answers }, failed ? errorReply(rows[0]?.served.error).status : 200);
}

/** Counts what one request was; the caller has its answer already. */
export function finish(parts: GatewayParts, model: string, rows: readonly AnsweredRow[], seconds: number): void {
  parts.metrics.took('predict', seconds);
  for (const { served } of rows) {
    if (served.fallback !== null) parts.metrics.fellBack(model, served.fallback);
  }
}

/** Accepted means written to disk here, so that a label is not lost when the gateway is killed. */
async function addLabels(parts: GatewayParts, request: ModelRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { model } = request.params;
  const labels = parseLabels(request.body);
  // The object key is made of the name: only names of known models may reach it.
  requireModel(parts, model);
  const at = parts.desk.stamp();
  for (const { id, label } of labels) {
    const line: LabelLine = { at, id, model, label };
    parts.log.append(`labels/${model}/${at.slice(0, 10)}`, JSON.stringify(line));
  }
  await parts.log.spooled();
  sendJson(reply, { accepted: labels.length }, 202);
  return reply;
}
