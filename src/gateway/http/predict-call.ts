import { answerText } from '../answer-text.ts';
import { queueFull } from '../micro-batch.ts';
import { type PredictRequest, parseName, parseVersion } from '../predict-request.ts';
import type { Signature } from '../predictor.ts';
import type { Served } from '../serve.ts';
import { type AnsweredRow, answerRows } from './answer-rows.ts';
import type { GatewayParts } from './gateway-parts.ts';
import type { RequestHead } from './plain-head.ts';
import { errorReply, type Respond, refuse, servedHeaders } from './replies.ts';

/** The rows of a body; `champion` is what answers most of them, where the model has one. @throws PRN-GATEWAY-001 */
export type ReadRows = (champion: Signature | null) => PredictRequest;

/** Answers one prediction, however it came in: `respond` is called once, with the answer or with what was wrong. */
export function predictCall(parts: GatewayParts, head: RequestHead, read: ReadRows, respond: Respond): void {
  const arrived = performance.now();
  const { model } = head;
  try {
    if (parts.pressure.isTooHigh()) throw queueFull();
    const consumer = parts.consumers.admit(model, head.key);
    const { single, rows } = read(parts.keeper.model(model)?.live?.stable.signature ?? null);
    const version = head.version === null ? null : parseVersion(head.version);
    const asked = { model, version, id: parseName(head.requestId, 'x-request-id'), key: null, rows, consumer };
    answerRows(
      parts,
      asked,
      ({ rows: answered }) => {
        const first = answered[0];
        if (single && first !== undefined) respondOne(parts, model, first, respond);
        else respondMany(model, answered, respond);
        finish(parts, model, answered, (performance.now() - arrived) / 1000);
      },
      (error) => refuse(parts, error, respond),
    );
  } catch (error) {
    refuse(parts, error, respond);
  }
}

/** Counts what one request was; the caller has its answer already. */
export function finish(parts: GatewayParts, model: string, rows: readonly AnsweredRow[], seconds: number): void {
  parts.metrics.took('predict', seconds);
  for (const { served } of rows) {
    if (served.fallback !== null) parts.metrics.fellBack(model, served.fallback);
  }
}

function respondOne(parts: GatewayParts, model: string, row: AnsweredRow, respond: Respond): void {
  if (hasAnswer(row.served)) respond(200, servedHeaders([row]), answerText(row.id, row.served, model));
  else refuse(parts, row.served.error, respond);
}

/** A row that failed carries its error in its place; only when every row failed does the request. */
function respondMany(model: string, rows: readonly AnsweredRow[], respond: Respond): void {
  let text = '';
  let failed = 0;
  for (const { id, served } of rows) {
    if (text !== '') text += ',';
    if (hasAnswer(served)) text += answerText(id, served, null);
    else {
      failed += 1;
      const { version, role } = served;
      text += JSON.stringify({ id, version, role, error: errorReply(served.error).error });
    }
  }
  const status = failed === rows.length ? errorReply(rows[0]?.served.error).status : 200;
  respond(status, servedHeaders(rows), `{"model":${JSON.stringify(model)},"rows":[${text}]}`);
}

function hasAnswer(served: Served): served is Served & { readonly answer: NonNullable<Served['answer']> } {
  return served.answer !== null;
}
