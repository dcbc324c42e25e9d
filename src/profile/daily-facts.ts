import type { DailyFacts } from './facts.ts';
import type { NumericProfile } from './profile.ts';

const valuesAtLeast = 30;

/** How a column's days differ; undefined where no day has enough values. */
export function dailyFacts(days: readonly NumericProfile[]): DailyFacts | undefined {
  const full = days.flatMap((day) => {
    const finite = day.present - day.negativeInfinite - day.positiveInfinite;
    return finite >= valuesAtLeast && day.mean !== null && day.facts !== undefined
      ? [{ finite, mean: day.mean, sd: Math.sqrt(day.m2 / finite), heaviest: Math.max(...day.bins), facts: day.facts }]
      : [];
  });
  if (full.length === 0) return undefined;
  const range = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];
  const most = (of: (day: (typeof full)[number]) => number): number =>
    Math.max(...full.map((day) => of(day) / day.finite));
  return {
    days: full.length,
    mean: range(full.map(({ mean }) => mean)),
    sd: range(full.map(({ sd }) => sd)),
    atMin: most(({ facts }) => facts.atMin),
    atMax: most(({ facts }) => facts.atMax),
    heaviest: most(({ heaviest }) => heaviest),
    multiples: [0, 1, 2, 3, 4].map((step) => most(({ facts }) => facts.multiples[step] ?? 0)) as [
      number,
      number,
      number,
      number,
      number,
    ],
  };
}
