import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PerennialError } from '../../errors/error.ts';
import type { Answer } from '../answer.ts';
import { splitBody } from '../binary-tensor.ts';
import { queueFull } from '../micro-batch.ts';
import { metadata, outputTensors, packOutputs, parseInfer, type WantedOutputs } from '../open-inference.ts';
import { parseName, parseVersion } from '../predict-request.ts';
import { type AnsweredRows, answerRows, findLive, requireModel } from './answer-rows.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { notReady } from './health-paths.ts';
import { parseJson } from './json-body.ts';
import { finish } from './predict-call.ts';
import { requestHead } from './predict-paths.ts';
import { sendJson, servedHeaders } from './replies.ts';

type ModelRequest = FastifyRequest<{ Params: { model: string; version?: string } }>;

/** The Open Inference Protocol, version 2, over HTTP. */
export function addInferPaths(app: FastifyInstance, parts: GatewayParts): void {
  const infer = (request: ModelRequest, reply: FastifyReply): void => answerInfer(parts, request, reply);
  app.post('/v2/models/:model/infer', infer);
  app.post('/v2/models/:model/versions/:version/infer', infer);
  app.get('/v2', (_, reply) =>
    sendJson(reply, { name: 'perennial-gateway', version: '2', extensions: ['binary_tensor_data'] }),
  );
  app.get('/v2/health/live', (_, reply) => sendJson(reply, { live: true }));
  app.get('/v2/health/ready', (_, reply) => {
    const ready = notReady(parts).length === 0;
    sendJson(reply, { ready }, ready ? 200 : 503);
  });
  const describe = (request: ModelRequest, reply: FastifyReply): void => describeModel(parts, request, reply);
  app.get('/v2/models/:model', describe);
  app.get('/v2/models/:model/versions/:version', describe);
  const ready = (request: ModelRequest, reply: FastifyReply): void => tellReady(parts, request, reply);
  app.get('/v2/models/:model/ready', ready);
  app.get('/v2/models/:model/versions/:version/ready', ready);
}

/** @throws PRN-GATEWAY-003 for a version that is not in the route */
function describeModel(parts: GatewayParts, request: ModelRequest, reply: FastifyReply): void {
  const { model, version } = request.params;
  const { stable, challengers } = findLive(parts, model);
  const loaded = [stable, ...challengers];
  const one = version === undefined ? stable : loaded.find((candidate) => candidate.version === parseVersion(version));
  if (one === undefined) {
    throw new PerennialError('PRN-GATEWAY-003', { message: `Version ${version} of ${model} is not in the route.` });
  }
  const versions = version === undefined ? loaded.map((candidate) => candidate.version) : [one.version];
  sendJson(reply, metadata(model, versions, one.signature));
}

function tellReady(parts: GatewayParts, request: ModelRequest, reply: FastifyReply): void {
  const { model, version } = request.params;
  const { live } = requireModel(parts, model);
  const loaded = live === null ? [] : [live.stable, ...live.challengers];
  const named = version === undefined ? null : parseVersion(version);
  const ready = named === null ? live !== null : loaded.some((candidate) => candidate.version === named);
  sendJson(reply, { name: model, ready }, ready ? 200 : 503);
}

/** All rows of a call go to one version: the protocol names one per answer. */
function answerInfer(parts: GatewayParts, request: ModelRequest, reply: FastifyReply): void {
  const arrived = performance.now();
  if (parts.pressure.isTooHigh()) throw queueFull();
  const { model, version } = request.params;
  const head = requestHead(request);
  const consumer = parts.consumers.admit(model, head.key);
  const { body, binary } = readBody(request);
  const parsed = parseInfer(body, parts.limits.rows, binary);
  const id = parsed.id ?? parseName(head.requestId, 'x-request-id') ?? parts.newId();
  const named = version ?? head.version;
  const asked = {
    model,
    version: named === null ? null : parseVersion(named),
    id,
    key: parsed.key ?? id,
    rows: parsed.rows,
    consumer,
  };
  answerRows(
    parts,
    asked,
    (answered) => {
      for (const [name, value] of servedHeaders(answered.rows)) reply.header(name, value);
      sendOutputs(reply, { model, id, wanted: parsed.outputs }, answered);
      finish(parts, model, answered.rows, (performance.now() - arrived) / 1000);
    },
    (error) => reply.send(error),
  );
}

/** The protocol has no place for one row's error, so the first one fails the call. */
function sendOutputs(
  reply: FastifyReply,
  { model, id, wanted }: { readonly model: string; readonly id: string; readonly wanted: WantedOutputs },
  { signature, rows }: AnsweredRows,
): void {
  const answers: Answer[] = [];
  for (const { served } of rows) {
    if (served.answer === null) {
      reply.send(served.error);
      return;
    }
    answers.push(served.answer);
  }
  const { outputs, bytes } = packOutputs(outputTensors(signature, answers), wanted);
  const answer = { model_name: model, model_version: String(rows[0]?.served.version), id, outputs };
  if (bytes.length === 0) sendJson(reply, answer);
  else sendBinary(reply, Buffer.from(JSON.stringify(answer)), bytes);
}

function sendBinary(reply: FastifyReply, json: Buffer, bytes: readonly Uint8Array[]): void {
  reply.header('content-type', 'application/octet-stream').header(lengthHeader, String(json.length));
  reply.send(Buffer.concat([json, ...bytes]));
}

const lengthHeader = 'inference-header-content-length';

/** @throws PRN-GATEWAY-001 */
function readBody({ body, headers }: FastifyRequest): { readonly body: unknown; readonly binary: Uint8Array } {
  const whole = body instanceof Uint8Array ? body : new Uint8Array();
  const length = headers[lengthHeader];
  const { json, binary } =
    length === undefined ? { json: whole, binary: new Uint8Array() } : splitBody(whole, String(length));
  return { body: parseJson(json), binary };
}
