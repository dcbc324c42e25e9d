import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { readText } from '../src/artifacts/read-text.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { ModelFile } from '../src/plan/schema.ts';
import type { HoldbackDay } from '../src/rollout/feedback.ts';
import type { TrafficObserver } from '../src/rollout/observed.ts';
import { inTurns } from './turns.ts';

interface Dependencies {
  readonly store: ObjectStore;
  readonly heldBack: Pick<TrafficObserver, 'heldBackOn'>;
}

export interface HeldBackAsked {
  readonly file: Pick<ModelFile, 'model' | 'task'> & {
    readonly data: { readonly label: Pick<ModelFile['data']['label'], 'maturesAfter'> };
  };
  /** End of the champion's training rows. */
  readonly learnedUntil: string;
  readonly asOf: string;
  readonly periodDays: number;
}

const dayMs = 86_400_000;
/** Most days are one small object that was kept. */
const readAtOnce = 8;

/**
 * Days since the champion's training rows whose labels are final, with what was counted on them. Evidence begins anew with every period, as
 * the rate for false alarms does. Each day is read once: its counts cannot change any more, and are kept.
 */
export async function heldBackDays(
  { store, heldBack }: Dependencies,
  { file, learnedUntil, asOf, periodDays }: HeldBackAsked,
): Promise<readonly HoldbackDay[]> {
  const { model, task, data } = file;
  const maturesAfter = durationMs(data.label.maturesAfter);
  const learned = Math.ceil(Date.parse(learnedUntil) / dayMs);
  const end = Math.floor((Date.parse(asOf) - maturesAfter) / dayMs);
  const start = learned + Math.floor(Math.max(0, end - 1 - learned) / periodDays) * periodDays;
  // When labels count as final is a part of what was counted.
  const folder = `models/${model}/profiles/holdback-${data.label.maturesAfter}`;
  const [reading, counting] = [inTurns(readAtOnce), inTurns(1)];
  const one = async (number: number): Promise<HoldbackDay> => {
    const day = new Date(number * dayMs).toISOString().slice(0, 10);
    const key = `${folder}/${day}.json`;
    const kept = await readText(store, key);
    if (kept !== null) return JSON.parse(kept);
    const labelledBefore = new Date((number + 1) * dayMs + maturesAfter).toISOString();
    const counts = await counting(() => heldBack.heldBackOn({ model, day, labelledBefore, task }));
    const counted = { day, counts };
    await store.put(key, Buffer.from(JSON.stringify(counted)));
    return counted;
  };
  const numbers = Array.from({ length: Math.max(0, end - start) }, (_, at) => start + at);
  return await Promise.all(numbers.map((number) => reading(() => one(number))));
}
