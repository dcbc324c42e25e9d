import { hostname } from 'node:os';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { readText } from '../src/artifacts/read-text.ts';
import { type Attempt, nextAttempt, parseAttempt } from '../src/training/attempt.ts';
import { attemptKey, attemptsPrefix, type JobName, parseAttemptKey } from '../src/training/keys.ts';
import type { AttemptRecord, TrainRequest } from '../src/training/request.ts';

/**
 * Takes a label that no other attempt of the job has, ordered after theirs. Temporal's attempt number alone would come again
 * when a failed stage is retried by hand.
 */
export async function claimAttempt(store: ObjectStore, request: TrainRequest, attempt: number): Promise<string> {
  const wanted = { machine: request.machine?.attempt ?? 0, attempt };
  return await claim(store, request, wanted, { host: hostname() });
}

/** The one attempt of a rented machine, claimed before it begins, as it may not write there. The same again when it is asked for again. */
export async function claimForMachine(
  store: ObjectStore,
  job: JobName,
  { machine, attempt, workspace }: { readonly machine: string; readonly attempt: number; readonly workspace: string },
): Promise<string> {
  for (const label of await takenLabels(store, job)) {
    if (parseAttempt(label)?.machine !== attempt) continue;
    const text = await readText(store, attemptKey(job, label));
    if (text !== null && (JSON.parse(text) as AttemptRecord).host === machine) return label;
  }
  return await claim(store, job, { machine: attempt, attempt: 1 }, { host: machine, workspace });
}

async function claim(
  store: ObjectStore,
  job: JobName,
  wanted: Attempt,
  place: Pick<AttemptRecord, 'host' | 'workspace'>,
): Promise<string> {
  for (;;) {
    const label = nextAttempt(wanted, await takenLabels(store, job));
    const { stage, trial } = job;
    const record: AttemptRecord = { stage, trial, attempt: label, startedAt: new Date().toISOString(), ...place };
    const bytes = Buffer.from(JSON.stringify(record));
    if ((await store.put(attemptKey(job, label), bytes, { ifAbsent: true })) === 'written') return label;
  }
}

async function takenLabels(store: ObjectStore, job: JobName): Promise<string[]> {
  const keys = await store.list(attemptsPrefix(job));
  return keys.map((key) => parseAttemptKey(key)?.label ?? '').filter((label) => parseAttempt(label) !== null);
}
