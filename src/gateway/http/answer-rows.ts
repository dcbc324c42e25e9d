import { PerennialError } from '../../errors/error.ts';
import { drawOf } from '../assignment.ts';
import { type FeatureProblem, readRow, refuseProblems } from '../features.ts';
import { askTogether, type LiveModel } from '../live-model.ts';
import type { RequestedRow } from '../predict-request.ts';
import type { Signature } from '../predictor.ts';
import { type SegmentSplit, segmentOf } from '../segments.ts';
import { type RowRequest, type Served, serveAdhoc, serveRow } from '../serve.ts';
import type { GatewayParts } from './gateway-parts.ts';
import type { HeldModel } from './route-keeper.ts';

export interface AskedRows {
  readonly model: string;
  /** A version that the caller named, instead of the route's. */
  readonly version: number | null;
  /** The caller's id of the whole request: stands in for rows without one. */
  readonly id: string | null;
  /** What the split hashes for rows without a key of their own. */
  readonly key: string | null;
  readonly rows: readonly RequestedRow[];
  /** Who asks, where callers show a key. */
  readonly consumer: string | null;
}

export interface AnsweredRow {
  readonly id: string;
  readonly served: Served;
}

export interface AnsweredRows {
  readonly signature: Signature;
  readonly rows: readonly AnsweredRow[];
}

/**
 * Answers all rows of one request and calls `done` once. Callbacks instead of a promise per row: this is the hot path.
 * @throws PRN-GATEWAY-002, 003, 004 before anything is asked; what an ad-hoc version fails with goes to `failed`
 */
export function answerRows(
  parts: GatewayParts,
  asked: AskedRows,
  done: (answered: AnsweredRows) => void,
  failed: (error: unknown) => void,
): void {
  if (asked.version !== null) {
    answerAdhoc(parts, asked, asked.version, done).catch(failed);
    return;
  }
  const live = findLive(parts, asked.model);
  const segments = parts.keeper.model(asked.model)?.segments ?? null;
  if (segments !== null) {
    answerBySegment(parts, asked, { live, segments }, done);
    return;
  }
  const requests = readRows(parts, asked, live.stable.signature, live.known);
  const answer = (): void =>
    gather(requests, (request, end) => serveRow(live, request, parts.desk, end), live.stable.signature, done);
  if (requests.length > 1) askTogether(live, answer);
  else answer();
}

/** Each row is answered by its segment's model where that has a champion, by the global one otherwise. */
function answerBySegment(
  parts: GatewayParts,
  asked: AskedRows,
  global: { readonly live: LiveModel; readonly segments: SegmentSplit },
  done: (answered: AnsweredRows) => void,
): void {
  const answering = asked.rows.map(({ features }) => {
    const segment = segmentOf(global.segments, features);
    const live = segment === null ? null : (parts.keeper.model(segment)?.live ?? null);
    return { live: live ?? global.live, segment: live === null ? null : segment };
  });
  const byRequest = new Map<RowRequest, (typeof answering)[number]>();
  const requests = answering.map((each, at) => {
    const row = { ...asked, rows: asked.rows.slice(at, at + 1) };
    const { signature } = each.live.stable;
    const id = asked.id !== null && asked.rows.length > 1 ? `${asked.id}/${at}` : asked.id;
    const [request] = readRows(parts, { ...row, id }, signature, each.live.known, at);
    byRequest.set(request as RowRequest, each);
    return request as RowRequest;
  });
  const serve = (request: RowRequest, end: (served: Served) => void): void => {
    const { live, segment } = byRequest.get(request) as (typeof answering)[number];
    serveRow(live, request, parts.desk, (served) => end(segment === null ? served : { ...served, segment }));
  };
  gather(requests, serve, global.live.stable.signature, done);
}

/** @throws PRN-GATEWAY-003, PRN-GATEWAY-004 with the reason */
export function findLive(parts: GatewayParts, model: string): LiveModel {
  const { live } = requireModel(parts, model);
  if (live !== null) return live;
  throw new PerennialError('PRN-GATEWAY-004', { message: `${model} cannot be answered: ${whyNotLive(parts, model)}.` });
}

/** @throws PRN-GATEWAY-003 */
export function requireModel(parts: GatewayParts, model: string): HeldModel {
  const held = parts.keeper.model(model);
  if (held !== undefined) return held;
  throw new PerennialError('PRN-GATEWAY-003', { message: `The gateway serves no model "${model}".` });
}

/** Why a known model has nothing loaded to answer with. */
export function whyNotLive(parts: GatewayParts, model: string): string {
  const stable = parts.keeper.model(model)?.route.stable ?? null;
  if (stable === null) return 'no version is stable yet';
  const failure = parts.shelf.failure(model, stable);
  if (failure === null) return `version ${stable} is being loaded`;
  return failure.error instanceof Error ? failure.error.message : String(failure.error);
}

async function answerAdhoc(
  parts: GatewayParts,
  asked: AskedRows,
  version: number,
  done: (answered: AnsweredRows) => void,
): Promise<void> {
  const held = requireModel(parts, asked.model);
  const loaded =
    parts.shelf.find(asked.model, version, 'inside') ?? (await parts.shelf.obtain(asked.model, version, 'apart'));
  // Without the plan's word on sensitive columns, none of the features is logged.
  const all = loaded.signature.features.map((feature) => feature.name);
  const sensitive = held.sensitive ?? new Set(all);
  const requests = readRows(parts, asked, loaded.signature, undefined);
  const serve = (request: RowRequest, end: (served: Served) => void): void =>
    serveAdhoc({ loaded, sensitive }, request, parts.desk, end);
  gather(requests, serve, loaded.signature, done);
}

function readRows(
  parts: GatewayParts,
  asked: AskedRows,
  signature: Signature,
  known: ReadonlySet<string> | undefined,
  from = 0,
): readonly RowRequest[] {
  const problems: FeatureProblem[] = [];
  const { rows } = asked;
  const base = asked.id ?? (rows.length > 1 ? parts.newId() : null);
  const requests = rows.map((row, index) => {
    const id = row.id ?? (base === null ? parts.newId() : rows.length === 1 ? base : `${base}/${index}`);
    const scan = row.scan?.signature === signature ? row.scan : null;
    const read = scan?.values ?? readRow(signature, row.features, from + index, problems, known);
    const key = row.key ?? asked.key ?? id;
    return {
      id,
      key,
      sent: row,
      row: read,
      text: scan?.text ?? null,
      consumer: asked.consumer,
      holdback: isHeldBack(parts.holdback, key),
    };
  });
  refuseProblems(asked.model, problems);
  return requests;
}

/** Independent of every split: another salt. */
function isHeldBack(share: number, key: string): boolean {
  return share > 0 && drawOf(key, 'holdback') < share;
}

function gather(
  requests: readonly RowRequest[],
  serve: (request: RowRequest, end: (served: Served) => void) => void,
  signature: Signature,
  done: (answered: AnsweredRows) => void,
): void {
  const rows: AnsweredRow[] = new Array(requests.length);
  let open = requests.length;
  requests.forEach((request, index) => {
    serve(request, (served) => {
      rows[index] = { id: request.id, served };
      open -= 1;
      if (open === 0) done({ signature, rows });
    });
  });
}
