import { turnOf } from '../../compute/turn.ts';
import type { ModelRecord } from '../../registry/registry.ts';
import type { ApiContext } from '../http/context.ts';
import { refuseFuture } from '../refuse-future.ts';
import { startOrJoinCheck } from '../temporal/checks.ts';
import { startOrJoinRun } from '../temporal/runs.ts';
import type { Triggered } from '../wire.ts';
import { endOfDay, matchSource } from './matching.ts';
import type { Message, Wanted } from './message.ts';

interface Request {
  readonly what: 'checks' | 'runs';
  readonly message: Message;
  readonly settle: number | undefined;
  /** Name of the token, or `message` of a signed one. */
  readonly by: string;
}

interface Start {
  readonly record: ModelRecord;
  readonly asOf: string;
  readonly reason: string | null;
}

/** A day's data often comes in many files: a check waits for the others, unless told otherwise. */
const filesSettleMs = 30_000;

/** Starts or joins what a message wants: of each model once, as of the latest of its instants. */
export async function startWanted(
  context: ApiContext,
  { what, message, settle, by }: Request,
): Promise<Pick<Triggered, 'started' | 'unmatched'>> {
  const now = new Date();
  const { starts, unmatched } = await resolve(context, message, now);
  if (what === 'checks') for (const { asOf } of starts) refuseFuture(asOf, now);
  const files = message.wanted.some((wanted) => wanted.by === 'object');
  const settleMs = settle ?? (files ? filesSettleMs : 0);
  const started = [];
  for (const { record, asOf, reason } of starts) {
    const { model } = record;
    const said = reason ?? `a message of ${message.source}${message.id === null ? '' : ` (${message.id})`}`;
    const input = { model, asOf, trigger: { kind: 'message', by, reason: said } } as const;
    const turn = turnOf(record.plan.file, context.weights);
    const { workflowId, joined } =
      what === 'checks'
        ? await startOrJoinCheck(context.temporal, input, turn, settleMs)
        : await startOrJoinRun(context.temporal, input, turn);
    started.push({ model, asOf, workflowId, joined });
  }
  return { started, unmatched };
}

async function resolve({ registry }: ApiContext, message: Message, now: Date) {
  const starts = new Map<string, Start>();
  const add = (start: Start) => {
    const known = starts.get(start.record.model);
    if (known === undefined || Date.parse(start.asOf) > Date.parse(known.asOf)) starts.set(start.record.model, start);
  };
  const unmatched: string[] = [];
  const objects = message.wanted.filter((wanted) => wanted.by === 'object');
  const models = objects.length > 0 ? await registry.models() : [];
  for (const object of objects) {
    const found = ofObject(models, object, message, now);
    if (found.length === 0) unmatched.push(`${object.bucket}/${object.key}`);
    for (const start of found) add(start);
  }
  for (const wanted of message.wanted) {
    if (wanted.by !== 'model') continue;
    const { asOf, reason } = wanted;
    add({ record: await registry.model(wanted.model), asOf: asOf ?? minuteOf(now), reason });
  }
  return { starts: [...starts.values()], unmatched };
}

function ofObject(
  models: readonly ModelRecord[],
  { bucket, key }: Extract<Wanted, { by: 'object' }>,
  { time }: Message,
  now: Date,
): Start[] {
  return models.flatMap((record) => {
    const match = matchSource(record.plan.file.data.source.uri, bucket, key);
    if (!match.matches) return [];
    const at =
      time === null || Number.isNaN(Date.parse(time)) ? now : new Date(Math.min(Date.parse(time), now.getTime()));
    const asOf = match.day === null ? minuteOf(at) : minuteOf(endOfDay(match.day, now));
    return [{ record, asOf, reason: `s3://${bucket}/${key} was written` }];
  });
}

/** Messages of one minute ask for one check. */
function minuteOf(at: Date): string {
  return new Date(Math.floor(at.getTime() / 60_000) * 60_000).toISOString();
}
