import type { RolloutGate } from '../plan/schema.ts';

/** How people name a gate: `errorRate ≤ stable`, `recall: missed positives ≤ stable + 5 %`, `classBalance as stable ± 20 %`. */
export function gateName({ metric, worseBy }: RolloutGate): string {
  const percent = Number((worseBy * 100).toFixed(4));
  if (metric === 'classBalance') return `classBalance as stable${worseBy > 0 ? ` ± ${percent} %` : ''}`;
  if (metric === 'score') return `score as stable${worseBy > 0 ? ` ± ${Number(worseBy.toFixed(4))} sd` : ''}`;
  return `${what[metric] ?? metric} ≤ stable${worseBy > 0 ? ` + ${percent} %` : ''}`;
}

/** People read accuracy, the test counts wrong answers. */
const what: Readonly<Partial<Record<RolloutGate['metric'], string>>> = {
  accuracy: 'accuracy: wrong answers',
  precision: 'precision: false positives',
  recall: 'recall: missed positives',
  f1: 'f1: wrong answers',
};
