import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseLabels, parsePredict } from '../predict-request.ts';
import type { LabelLine } from '../request-log.ts';
import { requireModel } from './answer-rows.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { headOf, type RequestHead } from './plain-head.ts';
import { predictCall } from './predict-call.ts';
import { respondBy, sendJson } from './replies.ts';

type ModelRequest = FastifyRequest<{ Params: { model: string } }>;

/** `POST /v1/models/{model}/predict` and `/labels`. */
export function addPredictPaths(app: FastifyInstance, parts: GatewayParts): void {
  app.post('/v1/models/:model/predict', (request: ModelRequest, reply) =>
    predictCall(parts, requestHead(request), () => parsePredict(request.body, parts.limits.rows), respondBy(reply)),
  );
  app.post('/v1/models/:model/labels', (request: ModelRequest, reply) => addLabels(parts, request, reply));
}

export function requestHead(request: ModelRequest): RequestHead {
  return { model: request.params.model, ...headOf((name) => request.headers[name]) };
}

/** Accepted means written to disk here, so that a label is not lost when the gateway is killed. */
async function addLabels(parts: GatewayParts, request: ModelRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { model } = request.params;
  parts.consumers.recognise(model, requestHead(request).key);
  const labels = parseLabels(request.body);
  // The object key is made of the name: only names of known models may reach it.
  const { segments } = requireModel(parts, model);
  // Nobody remembers which segment has answered a request: a label is joined to the one that it fits.
  const models = [model, ...Object.values(segments?.models ?? {})];
  const at = parts.desk.stamp();
  for (const { id, label } of labels) {
    for (const each of models) {
      const line: LabelLine = { at, id, model: each, label };
      parts.log.append(`labels/${each}/${at.slice(0, 10)}`, JSON.stringify(line));
    }
  }
  await parts.log.spooled();
  sendJson(reply, { accepted: labels.length }, 202);
  return reply;
}
