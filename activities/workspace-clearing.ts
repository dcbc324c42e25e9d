import type { FullObjectStore } from '../src/artifacts/object-store.ts';
import { readText } from '../src/artifacts/read-text.ts';
import type { MachineBooks } from '../src/compute/ledger.ts';
import { attemptKey, type JobName } from '../src/training/keys.ts';
import type { AttemptRecord } from '../src/training/request.ts';
import { parseLogKey, parseWorkspaceKey, workspacesPrefix } from '../src/training/workspace.ts';
import { adopt, removeAll } from './workspace-adoption.ts';

interface Clearing {
  readonly store: FullObjectStore;
  readonly books: Pick<MachineBooks, 'machines'>;
  readonly runClosedAt: (run: string) => Promise<string | null>;
  readonly now: () => Date;
  /** A run that has closed may still be taking over what its machines have made. */
  readonly graceMs: number;
}

/** Workspaces of machines that have ended, and whose run has: nobody else comes for them. Gives back how many. */
export async function clearForgotten({ store, books, runClosedAt, now, graceMs }: Clearing): Promise<number> {
  let cleared = 0;
  for (const { machine, prefix, keys } of boxesIn(await store.list(workspacesPrefix))) {
    const [page] = await books.machines({ machine });
    const closedAt = page?.terminatedAt ? await runClosedAt(page.run) : null;
    if (!page || closedAt === null || now().getTime() - Date.parse(closedAt) <= graceMs) continue;
    const inside = keys.map((key) => key.slice(prefix.length + 1));
    await adopt(store, prefix, await ownLogs(store, page, inside));
    await removeAll(store, keys);
    cleared += 1;
  }
  return cleared;
}

interface Box {
  readonly machine: string;
  readonly prefix: string;
  readonly keys: readonly string[];
}

function boxesIn(all: readonly string[]): Iterable<Box> {
  const boxes = new Map<string, Box & { readonly keys: string[] }>();
  for (const key of all) {
    const found = parseWorkspaceKey(key);
    if (!found) continue;
    const { prefix, machine } = found;
    const box = boxes.get(prefix) ?? { machine, prefix, keys: [] };
    box.keys.push(key);
    boxes.set(prefix, box);
  }
  return boxes.values();
}

/** Parts of logs of attempts that were this machine's, which the record says that was written before it began. */
async function ownLogs(
  store: FullObjectStore,
  { machine, model, run }: { readonly machine: string; readonly model: string; readonly run: string },
  inside: readonly string[],
): Promise<readonly string[]> {
  const isOwn = new Map<string, boolean>();
  const own: string[] = [];
  for (const key of inside) {
    const found = parseLogKey(key);
    if (!found || found.job.model !== model || found.job.run !== run) continue;
    const record = attemptKey(found.job, found.label);
    if (!isOwn.has(record)) isOwn.set(record, (await hostOf(store, found.job, found.label)) === machine);
    if (isOwn.get(record)) own.push(key);
  }
  return own;
}

async function hostOf(store: FullObjectStore, job: JobName, label: string): Promise<string | null> {
  const text = await readText(store, attemptKey(job, label));
  return text === null ? null : (JSON.parse(text) as AttemptRecord).host;
}
