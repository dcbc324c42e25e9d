import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { temporal } from '@temporalio/proto';
import { type ReplayWorkerOptions, Worker } from '@temporalio/worker';

const folder = new URL('./histories/', import.meta.url);
const { History } = temporal.api.history.v1;

/** As a client's `fetchHistory` gives it. */
type Events = Parameters<typeof History.encode>[0];

export interface NamedHistory {
  readonly name: string;
  readonly history: Events;
}

/** The names under which histories are stored. */
export function storedNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .toSorted();
}

export function readHistory(name: string): NamedHistory {
  const stored = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Record<string, unknown>;
  return { name, history: History.fromObject(stored) };
}

/** Without what says where it was recorded: names of machines, paths in stack traces. */
export function storeHistory({ name, history }: NamedHistory): void {
  const plain = History.toObject(History.fromObject(history), { longs: String, enums: String, bytes: String });
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(plain, scrub, 1)}\n`);
}

function scrub(key: string, value: unknown): unknown {
  if (key === 'identity') return 'recorder';
  if (key === 'stackTrace') return '';
  // The queue of one worker's cache is named after its machine.
  if (key === 'taskQueue' && isSticky(value)) return { ...value, name: 'sticky' };
  return value;
}

function isSticky(value: unknown): value is { readonly name: string; readonly kind: string } {
  return value !== null && typeof value === 'object' && 'kind' in value && value.kind === 'TASK_QUEUE_KIND_STICKY';
}

/** Why each history cannot be replayed with this bundle, by its name; null where it can. */
export async function replay(
  workflowBundle: ReplayWorkerOptions['workflowBundle'],
  histories: readonly NamedHistory[],
): Promise<Record<string, string | null>> {
  const names = new Map(histories.map(({ name, history }) => [workflowIdOf(history), name]));
  const inputs = histories.map(({ history }) => ({ workflowId: workflowIdOf(history), history }));
  const errors: Record<string, string | null> = {};
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, inputs))
    errors[names.get(workflowId) ?? workflowId] = error?.message ?? null;
  return errors;
}

/** Children are named after their parent, so a history replays under its own workflow's id only. */
function workflowIdOf({ events }: Events): string {
  return events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? '';
}
