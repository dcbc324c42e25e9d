import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from '../answer.ts';
import { queueFull } from '../micro-batch.ts';
import { metadata, outputTensors, parseInfer } from '../open-inference.ts';
import { parseVersion } from '../predict-request.ts';
import { type AnsweredRows, answerRows, findLive } from './answer-rows.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { notReady } from './health-paths.ts';
import { finish } from './predict-call.ts';
import { requestHead } from './predict-paths.ts';
import { sendJson, servedHeaders } from './replies.ts';

type ModelRequest = FastifyRequest<{ Params: { model: string; version?: string } }>;

/** The Open Inference Protocol, version 2, over HTTP. */
export function addInferPaths(app: FastifyInstance, parts: GatewayParts): void {
  const infer = (request: ModelRequest, reply: FastifyReply): void => answerInfer(parts, request, reply);
  app.post('/v2/models/:model/infer', infer);
  app.post('/v2/models/:model/versions/:version/infer', infer);
  app.get('/v2', (_, reply) => sendJson(reply, { name: 'perennial-gateway', version: '2', extensions: [] }));
  app.get('/v2/health/live', (_, reply) => sendJson(reply, { live: true }));
  app.get('/v2/health/ready', (_, reply) => {
    const ready = notReady(parts).length === 0;
    sendJson(reply, { ready }, ready ? 200 : 503);
  });
  app.get('/v2/models/:model', (request: ModelRequest, reply) => {
    const { model } = request.params;
    const { stable, challengers } = findLive(parts, model);
    const versions = [stable, ...challengers].map(({ version }) => version);
    sendJson(reply, metadata(model, versions, stable.signature));
  });
  app.get('/v2/models/:model/ready', (request: ModelRequest, reply) => {
    const { model } = request.params;
    const ready = parts.keeper.model(model)?.live != null;
    sendJson(reply, { name: model, ready }, ready ? 200 : 503);
  });
}

/** All rows of a call go to one version: the protocol names one per answer. */
function answerInfer(parts: GatewayParts, request: ModelRequest, reply: FastifyReply): void {
  const arrived = performance.now();
  if (parts.pressure.isTooHigh()) throw queueFull();
  const { model, version } = request.params;
  const head = requestHead(request);
  const parsed = parseInfer(request.body);
  const id = parsed.id ?? head.requestId ?? parts.newId();
  const named = version ?? head.version;
  const asked = {
    model,
    version: named === null ? null : parseVersion(named),
    id,
    key: parsed.key ?? id,
    rows: parsed.rows,
    consumer: null,
  };
  answerRows(
    parts,
    asked,
    (answered) => {
      for (const [name, value] of servedHeaders(answered.rows)) reply.header(name, value);
      sendOutputs(reply, model, id, answered);
      finish(parts, model, answered.rows, (performance.now() - arrived) / 1000);
    },
    (error) => reply.send(error),
  );
}

/** The protocol has no place for one row's error, so the first one fails the call. */
function sendOutputs(reply: FastifyReply, model: string, id: string, { signature, rows }: AnsweredRows): void {
  const answers: Answer[] = [];
  for (const { served } of rows) {
    if (served.answer === null) {
      reply.send(served.error);
      return;
    }
    answers.push(served.answer);
  }
  sendJson(reply, {
    model_name: model,
    model_version: String(rows[0]?.served.version),
    id,
    outputs: outputTensors(signature, answers),
  });
}
