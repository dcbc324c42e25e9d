import type { ObjectStore } from '../../artifacts/object-store.ts';
import { readText } from '../../artifacts/read-text.ts';
import { compareAttempts } from '../../training/attempt.ts';
import { attemptsPrefix, type JobName, logKeyIn, logPart, logPrefix, parseAttemptKey } from '../../training/keys.ts';
import { gapLine } from '../../training/log-parts.ts';
import type { AttemptRecord } from '../../training/request.ts';
import { readJson } from './evidence.ts';

/** Read at most in one answer; the rest is asked for with `after`. */
const mostBytes = 1_048_576;

// What an attempt wrote when it began never changes, and a follower asks every second.
const known = new Map<string, AttemptRecord>();
const mostKnown = 2_000;

/** Attempts of a run, or of one of its stages or trials, in the order in which they began. */
export async function listAttempts(
  store: ObjectStore,
  job: Pick<JobName, 'model' | 'run'> & Partial<JobName>,
): Promise<AttemptRecord[]> {
  const keys = (await store.list(attemptsPrefix(job))).filter((key) => parseAttemptKey(key));
  const records = await Promise.all(keys.map((key) => readAttempt(store, key)));
  return records
    .filter((record) => record !== null)
    .sort((a, b) => compare(a.startedAt, b.startedAt) || compareAttempts(a.attempt, b.attempt));
}

async function readAttempt(store: ObjectStore, key: string): Promise<AttemptRecord | null> {
  const found = known.get(key) ?? (await readJson<AttemptRecord>(store, key));
  if (known.size >= mostKnown) known.clear();
  if (found) known.set(key, found);
  return found;
}

export interface LogText {
  readonly text: string;
  /** Number of the last part in `text`; what to ask `after` for. */
  readonly last: number;
  /** There is more already. */
  readonly more: boolean;
}

/** The parts of an attempt's log after a number; where parts of the middle are not kept, a line says so. */
export async function readLog(
  store: ObjectStore,
  run: Pick<JobName, 'model' | 'run'>,
  { stage, trial, attempt, workspace }: AttemptRecord,
  after: number,
): Promise<LogText> {
  const kept = logPrefix({ ...run, stage, trial }, attempt);
  // In this order: what is moved meanwhile is seen twice rather than not at all.
  const live = workspace === undefined ? [] : await store.list(`${workspace}/${kept}`);
  const here = new Set((await store.list(kept)).map(logPart));
  const parts = [...new Set([...here, ...live.map(logPart)])].filter((part) => part > after).sort((a, b) => a - b);
  const texts: string[] = [];
  let last = after;
  let bytes = 0;
  for (const part of parts) {
    if (bytes >= mostBytes) return { text: texts.join(''), last, more: true };
    const text = await readPart(store, logKeyIn(kept, part), here.has(part) ? undefined : workspace);
    // Removed since it was listed: the next one shows the gap.
    if (text === null) continue;
    if (part > last + 1) texts.push(`${gapLine(last + 1, part - 1)}\n`);
    texts.push(text);
    bytes += text.length;
    last = part;
  }
  return { text: texts.join(''), last, more: false };
}

/** From where a rented machine has put it, or from where it is kept once the machine is gone. */
async function readPart(store: ObjectStore, key: string, workspace: string | undefined): Promise<string | null> {
  const live = workspace === undefined ? null : await readText(store, `${workspace}/${key}`);
  return live ?? (await readText(store, key));
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
