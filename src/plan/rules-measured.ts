import { entriesOf, type ModelDraft, stagesOf } from './draft.ts';
import { gateMetrics } from './metrics.ts';
import type { Finding } from './problem.ts';
import { didYouMean } from './suggest.ts';

/** What an evaluate stage measures must be told apart from what is built in, and must be where it is said to be. */
export function measuredRules(draft: ModelDraft): Finding[] {
  return [...metricNames(draft), ...rangeColumns(draft), ...standardDays(draft)];
}

/** A gate on "auc" must not mean one thing here and another there. */
function metricNames({ task, ...draft }: ModelDraft): Finding[] {
  const builtIn = task === undefined ? [] : gateMetrics(task);
  return stagesOf(draft, 'evaluate').flatMap(({ name, spec }) =>
    Object.keys(spec.metrics ?? {})
      .filter((metric) => builtIn.includes(metric))
      .map((metric) => ({
        code: 'PRN-PLAN-029',
        path: ['plan', name, 'metrics', metric],
        on: 'key',
        message: `${JSON.stringify(metric)} is a built-in metric already`,
        hint: 'give yours another name',
      })),
  );
}

function rangeColumns(draft: ModelDraft): Finding[] {
  return stagesOf(draft, 'evaluate').flatMap(({ name, spec }) => {
    const slices = entriesOf(spec.slices).map(([, column]) => column);
    return Object.entries(spec.ranges ?? {}).flatMap(([column, range]): Finding[] => {
      const path = ['plan', name, 'ranges', column];
      if (!slices.includes(column)) {
        const message = `"ranges" cuts ${JSON.stringify(column)}, which is not among "slices"`;
        const hint = didYouMean(column, slices, 'slices of this stage') ?? 'add it to "slices"';
        return [{ code: 'PRN-PLAN-021', path, on: 'key', message, hint }];
      }
      const cuts = range && 'cuts' in range ? entriesOf(range.cuts) : [];
      return cuts
        .filter(([, cut], at) => at > 0 && cut <= (cuts[at - 1]?.[1] ?? Number.NEGATIVE_INFINITY))
        .map(([index, cut]) => ({
          code: 'PRN-PLAN-009',
          path: [...path, 'cuts', index],
          on: 'value',
          message: `the cut ${cut} does not lie above the one before it`,
        }));
    });
  });
}

function standardDays({ data }: ModelDraft): Finding[] {
  const standard = data?.standard;
  if (standard === undefined || typeof standard === 'string') return [];
  const { from, to } = standard;
  if (from === undefined || to === undefined || from < to) return [];
  const message = `the standard set ends on ${to}, before it has begun on ${from}`;
  return [{ code: 'PRN-PLAN-009', path: ['data', 'standard', 'to'], on: 'value', message }];
}
