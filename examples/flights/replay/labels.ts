import { pause } from './pace.ts';

export interface Label {
  readonly id: string;
  readonly label: number;
}

export interface LabelQueue {
  /** The label of a flight that was just answered. */
  add(label: Label): void;
  /** No more labels will come: resolves when those that wait are posted, or at once when aborted. */
  drain(): Promise<void>;
}

const lookEveryMs = 200;
const mostPerPost = 1000;

/** Posts labels in batches once they are `delayMs` old, as if the flights had landed meanwhile. */
export function delayedLabels(
  delayMs: number,
  post: (labels: readonly Label[]) => Promise<void>,
  signal: AbortSignal,
): LabelQueue {
  const waiting: { readonly label: Label; readonly dueMs: number }[] = [];
  let closed = false;

  const postDue = async () => {
    const now = performance.now();
    const later = waiting.findIndex(({ dueMs }) => dueMs > now);
    const due = waiting.splice(0, Math.min(later < 0 ? waiting.length : later, mostPerPost));
    if (due.length > 0) await post(due.map(({ label }) => label));
    return due.length === mostPerPost;
  };
  const work = async () => {
    while (!signal.aborted && !(closed && waiting.length === 0)) {
      if (!(await postDue())) await pause(closed ? Math.min(untilLast(), lookEveryMs) : lookEveryMs, signal);
    }
  };
  const untilLast = () => Math.max(0, (waiting.at(-1)?.dueMs ?? 0) - performance.now());

  const working = work();
  return {
    add: (label) => void waiting.push({ label, dueMs: performance.now() + delayMs }),
    drain: () => {
      closed = true;
      return working;
    },
  };
}
