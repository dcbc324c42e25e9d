import { PerennialError } from '../errors/error.ts';
import type { Answer } from './answer.ts';
import { assign } from './assignment.ts';
import { type FeatureProblem, type FeatureRow, readRow } from './features.ts';
import { type ChallengerOutcome, isFarOff, widen } from './floors.ts';
import { errorText, type Judged, judge } from './judgement.ts';
import { type Challenger, challengerOf, type LiveModel, type LoadedVersion } from './live-model.ts';
import type { AnsweredEvent } from './log-line.ts';
import { queueFull, type RowResult } from './micro-batch.ts';
import { type Serving, servingAt } from './serving.ts';

/** `canary-dropped`: the gateway dropped the rollout while the canary had not answered yet. */
export type Fallback = 'canary-error' | 'canary-timeout' | 'canary-dropped';

export interface RowRequest {
  readonly id: string;
  readonly key: string;
  /** The row as it was sent. */
  readonly sent: { readonly features: Readonly<Record<string, unknown>> };
  /** The features, read for the champion. */
  readonly row: FeatureRow;
  /** The JSON of `row` as the request log writes it, where the caller wrote it so. */
  readonly text: string | null;
  readonly consumer: string | null;
  readonly holdback: boolean;
}

export interface Served {
  readonly version: number;
  readonly role: 'stable' | 'canary' | 'adhoc';
  readonly share: number;
  readonly fallback: Fallback | null;
  readonly holdback: boolean;
  /** The segment's model, where one has answered for the global model. */
  readonly segment?: string;
  readonly answer: Answer | null;
  /** Set when there is no answer. */
  readonly error: unknown;
}

/** What serving a row touches outside of the model: log, clock, floors, counters. */
export interface Desk {
  /** Epoch milliseconds. */
  now(): number;
  /** ISO instant of now. */
  stamp(): string;
  log(event: AnsweredEvent): void;
  /** One ended challenger request: the desk keeps the floors and drops the rollout when one is crossed. */
  challengerEnded(live: LiveModel, version: number, outcome: ChallengerOutcome): void;
  /** The same of a standing shadow, which has floors of its own. */
  shadowEnded(live: LiveModel, version: number, outcome: ChallengerOutcome): void;
  /** Does a copy's work after the answers that are being made now; false when too many wait, and it will not be done. */
  later(copy: () => void): boolean;
  shadowDropped(model: string): void;
}

/** Answers one row by the route. `done` is called exactly once; a failing canary never reaches the caller. */
export function serveRow(live: LiveModel, request: RowRequest, desk: Desk, done: (served: Served) => void): void {
  const serving = servingAt(live.plan, desk.now());
  const canary = challengerOf(live, serving.canary);
  if (canary !== null && assign(request.key, serving.rollout ?? '', serving.share).role === 'canary') {
    askCanary({ live, serving, request, desk, done }, canary);
  } else {
    askStable({ live, serving, request, desk, done }, null);
  }
}

/** Answers one row with a version that the caller named; logged, never counted. */
export function serveAdhoc(
  model: { readonly loaded: LoadedVersion; readonly sensitive: ReadonlySet<string> },
  request: RowRequest,
  desk: Desk,
  done: (served: Served) => void,
): void {
  const { loaded } = model;
  const end = (result: RowResult): void => {
    const judged = judge(loaded, result);
    const context = { request, row: request.row, sensitive: model.sensitive, rollout: null, share: 0 };
    desk.log(eventOf(loaded, 'adhoc', context, judged, desk));
    done({
      version: loaded.version,
      role: 'adhoc',
      share: 0,
      fallback: null,
      holdback: request.holdback,
      answer: judged.answer,
      error: judged.error,
    });
  };
  if (!loaded.batch.ask(request.row, end)) end({ ok: false, error: queueFull(), ms: 0, group: 0 });
}

interface Exchange {
  readonly live: LiveModel;
  readonly serving: Serving;
  readonly request: RowRequest;
  readonly desk: Desk;
  readonly done: (served: Served) => void;
}

/** With a fallback set, the row has its canary line already: it must not count as a stable event as well. */
function askStable(exchange: Exchange, fallback: Fallback | null): void {
  const { live, serving, request, desk, done } = exchange;
  const { stable } = live;
  const end = (result: RowResult, asked = true): void => {
    const { answer, error, ms } = judge(stable, result);
    if (answer?.value !== undefined) live.range.seen = widen(live.range.seen, answer.value);
    const { version } = stable;
    const { holdback } = request;
    done({ version, role: 'stable', share: serving.share, fallback, holdback, answer, error });
    if (fallback !== null) return;
    desk.log(eventOf(stable, 'stable', contextOf(exchange, request.row), { answer, error, ms }, desk));
    // Also what the stable version failed at: pairs without its failures would blame the shadow for its own.
    if (asked) mirrorAll(exchange, result.group);
  };
  if (!stable.batch.ask(request.row, end)) end({ ok: false, error: queueFull(), ms: 0, group: 0 }, false);
}

function askCanary(exchange: Exchange, canary: Challenger): void {
  const { live, serving, request, desk, done } = exchange;
  let row = request.row;
  // Who waits for a canary that is dropped meanwhile waits no longer: the champion answers, and what the canary says later is nobody's.
  const recall = (): void => {
    const judged = { answer: null, error: new Error('the rollout was dropped before the answer'), ms: 0 };
    const fallback = 'canary-dropped';
    desk.log(eventOf(canary, 'canary', contextOf(exchange, row, fallback), judged, desk));
    askStable(exchange, fallback);
  };
  const end = (result: RowResult): void => {
    if (!live.waiting.delete(recall)) return;
    const judged = judge(canary, result);
    const fallback = fallbackOf(judged);
    desk.challengerEnded(live, canary.version, outcomeOf(live, judged));
    desk.log(eventOf(canary, 'canary', contextOf(exchange, row, fallback), judged, desk));
    const { answer, error } = judged;
    if (fallback !== null) askStable(exchange, fallback);
    else {
      const { holdback } = request;
      done({ version: canary.version, role: 'canary', share: serving.share, fallback, holdback, answer, error });
    }
  };
  live.waiting.add(recall);
  const read = rowFor(canary, request);
  if ('problem' in read) {
    end({ ok: false, error: read.problem, ms: 0, group: 0 });
    return;
  }
  row = read.row;
  if (!canary.batch.ask(row, end)) end({ ok: false, error: queueFull(), ms: 0, group: 0 });
}

/** Copies wait until all rows of the request are answered; a full queue drops the copy, never the request. */
function mirrorAll(exchange: Exchange, group: number): void {
  const { live, serving, desk } = exchange;
  const { shadow, shadows } = serving;
  if (shadow !== null) copyTo(shadow);
  for (const version of shadows) copyTo(version);

  function copyTo(version: number): void {
    if (!desk.later(() => mirror(exchange, version, group))) desk.shadowDropped(live.route.model);
  }
}

function mirror(exchange: Exchange, version: number, group: number): void {
  const { live, request, desk } = exchange;
  const { shadow: own, shadows } = servingAt(live.plan, desk.now());
  const standing = shadows.includes(version);
  const shadow = challengerOf(live, standing || own === version ? version : null);
  if (shadow === null) return;
  const read = rowFor(shadow, request);
  const context = contextOf(exchange, request.row);
  const end = (result: RowResult): void => {
    const judged = judge(shadow, result);
    const outcome = outcomeOf(live, judged);
    if (standing) desk.shadowEnded(live, version, outcome);
    else desk.challengerEnded(live, version, outcome);
    // No rollout counts what a standing shadow answers.
    desk.log(eventOf(shadow, 'shadow', standing ? { ...context, rollout: null } : context, judged, desk));
  };
  if ('problem' in read) end({ ok: false, error: read.problem, ms: 0, group: 0 });
  else if (!shadow.batch.ask(read.row, end, group)) desk.shadowDropped(live.route.model);
}

/** A challenger may know other columns than the champion that the request was checked against. */
function rowFor(
  challenger: Challenger,
  request: RowRequest,
): { readonly row: FeatureRow } | { readonly problem: PerennialError } {
  if (challenger.sameColumns) return { row: request.row };
  const problems: FeatureProblem[] = [];
  const { features } = request.sent;
  const everything = new Set(Object.keys(features));
  const row = readRow(challenger.signature, features, 0, problems, everything);
  const first = problems[0];
  if (first === undefined) return { row };
  return {
    problem: new PerennialError('PRN-GATEWAY-002', {
      message: `Version ${challenger.version} needs column "${first.column}": expected ${first.expected}, got ${first.got}.`,
    }),
  };
}

type LineContext = Pick<AnsweredEvent, 'row' | 'sensitive' | 'rollout' | 'share'> & {
  readonly request: RowRequest;
  readonly fallback?: Fallback | null;
};

/** An answer that is far from all that the champion ever gives is answered with, and counted. */
function outcomeOf(live: LiveModel, { answer, outcome }: Judged): ChallengerOutcome {
  return answer?.value !== undefined && isFarOff(live.range.seen, answer.value) ? 'out-of-range' : outcome;
}

function fallbackOf(judged: Judged): Fallback | null {
  if (judged.answer !== null) return null;
  return judged.outcome === 'timeout' ? 'canary-timeout' : 'canary-error';
}

/** Written out: a spread for every row is felt. */
function contextOf(
  { live, serving, request }: Exchange,
  row: FeatureRow,
  fallback: Fallback | null = null,
): LineContext {
  const { rollout, share } = serving;
  return { request, row, sensitive: live.sensitive, rollout, share, fallback };
}

function eventOf(
  loaded: LoadedVersion,
  role: AnsweredEvent['role'],
  context: LineContext,
  judged: Pick<Judged, 'answer' | 'error' | 'ms'>,
  desk: Desk,
): AnsweredEvent {
  const { request } = context;
  const prefix = context.fallback ? `${context.fallback}: ` : '';
  return {
    at: desk.stamp(),
    id: request.id,
    model: loaded.model,
    version: loaded.version,
    role,
    rollout: context.rollout,
    share: context.share,
    consumer: request.consumer,
    holdback: request.holdback,
    latencyMs: judged.ms,
    answer: judged.answer,
    error: judged.answer === null ? prefix + errorText(judged.error) : null,
    signature: loaded.signature,
    row: context.row,
    text: context.row === request.row ? request.text : null,
    sensitive: context.sensitive,
  };
}
