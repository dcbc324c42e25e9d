import type { RunProgress } from '../../../workflows/messages.ts';
import type { ObjectStore } from '../../artifacts/object-store.ts';
import { readText } from '../../artifacts/read-text.ts';
import type { EvaluationReport } from '../../evaluation/report.ts';

/** A JSON document of the object store, or null when there is none under the key (any more). */
export async function readJson<T>(store: ObjectStore, key: string | null): Promise<T | null> {
  const text = key ? await readText(store, key) : null;
  return text === null ? null : (JSON.parse(text) as T);
}

/** The evidence that a run's decision was, or is being, made on. */
export async function readEvaluation(store: ObjectStore, progress: RunProgress): Promise<EvaluationReport | null> {
  return await readJson<EvaluationReport>(store, evaluationKey(progress));
}

/** The open approval names the report; else the evaluate stage's result does. */
function evaluationKey({ approval, stages }: RunProgress): string | null {
  if (approval) return approval.evaluation;
  const { result } = stages.find(({ kind }) => kind === 'evaluate') ?? {};
  if (typeof result !== 'object' || result === null || !('key' in result)) return null;
  return typeof result.key === 'string' ? result.key : null;
}
