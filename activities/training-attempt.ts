import { hostname } from 'node:os';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { nextAttempt, parseAttempt } from '../src/training/attempt.ts';
import { attemptKey, attemptsPrefix, parseAttemptKey } from '../src/training/keys.ts';
import type { AttemptRecord, TrainRequest } from '../src/training/request.ts';

/**
 * Takes a label that no other attempt of the job has, ordered after theirs. Temporal's attempt number alone would come again
 * when a failed stage is retried by hand.
 */
export async function claimAttempt(store: ObjectStore, request: TrainRequest, attempt: number): Promise<string> {
  const wanted = { machine: request.machine?.attempt ?? 0, attempt };
  for (;;) {
    const label = nextAttempt(wanted, await takenLabels(store, request));
    const record: AttemptRecord = {
      stage: request.stage,
      trial: request.trial,
      attempt: label,
      startedAt: new Date().toISOString(),
      host: hostname(),
    };
    const outcome = await store.put(attemptKey(request, label), Buffer.from(JSON.stringify(record)), {
      ifAbsent: true,
    });
    if (outcome === 'written') return label;
  }
}

async function takenLabels(store: ObjectStore, request: TrainRequest): Promise<string[]> {
  const keys = await store.list(attemptsPrefix(request));
  return keys.map((key) => parseAttemptKey(key)?.label ?? '').filter((label) => parseAttempt(label) !== null);
}
