import { binDistances } from './bin-distances.ts';
import { type ColumnHead, type ColumnMeasure, effectConfidence, missingTest } from './column-measure.ts';
import type { ComparedSamples } from './compare-samples.ts';
import type { Effect, NumberSummary, OneSided } from './comparison.ts';
import { ksPValue } from './kolmogorov-smirnov.ts';
import { short, shortTo } from './measured-column.ts';

/** A column whose values are numbers: also instants (seconds since 1970) and lengths of texts. */
export function compareNumbers(head: ColumnHead, samples: ComparedSamples): ColumnMeasure {
  const { reference, current, ks, w1, deciles, histogram } = samples;
  const both = head.reference.present > 0 && head.current.present > 0;
  const effect = scaled(samples);
  // A clock always moves on: that the current window is later than the reference is no drift.
  const decides = !(head.kind === 'datetime' && movedOn(reference, current));
  return {
    ...head,
    reference: { ...head.reference, numbers: reference, distinct: null },
    current: { ...head.current, numbers: current, distinct: null },
    tests: [
      {
        name: 'ks',
        statistic: both ? ks : null,
        degreesOfFreedom: null,
        pValue: both ? ksPValue(ks, head.reference.present, head.current.present) : null,
        decides,
      },
      missingTest(head),
    ],
    effect,
    distances: {
      ks: both ? ks : null,
      w1: reference && current ? w1 : null,
      ...(both ? binDistances(deciles.reference, deciles.current) : { psi: null, js: null, hellinger: null }),
    },
    histogram,
    categories: { appeared: noNames, vanished: noNames },
    moved: movedWords(head.kind, reference, current),
  };
}

/**
 * Wasserstein-1 in standard deviations of the reference; of the current side where the reference is constant; 1 for two different
 * constants, which have no scale of their own. The interval takes the scale as known; its lower end leaves out what sampling alone adds.
 */
function scaled({ reference, current, w1, w1Error, w1Noise }: ComparedSamples): Effect {
  const name = 'w1/sd';
  if (reference === null || current === null) return { name, value: null, interval: null };
  const scale = reference.sd || current.sd;
  if (scale === 0) return { name, value: w1 === 0 ? 0 : 1, interval: null };
  const value = w1 / scale;
  const reach = twoSided95 * w1Error;
  const interval = {
    low: Math.max(0, w1 - w1Noise - reach) / scale,
    high: (w1 + reach) / scale,
    confidence: effectConfidence,
  };
  return { name, value, interval: Number.isFinite(interval.high) ? interval : null };
}

const noNames: OneSided = { names: [], share: 0, byChance: 0 };
const twoSided95 = 1.959963984540054;

function movedOn(reference: NumberSummary | null, current: NumberSummary | null): boolean {
  return reference !== null && current !== null && current.min >= reference.q75 && current.max > reference.max;
}

function movedWords(kind: ColumnHead['kind'], before: NumberSummary | null, after: NumberSummary | null): string {
  if (before === null || after === null) return before === after ? 'no values' : 'no values on one side';
  const unit = kind === 'text' ? ' length' : '';
  for (const digits of [3, 4, 6]) {
    const say = kind === 'datetime' ? instant : (value: number) => shortTo(value, digits);
    // The first figure that shows the move as it is written.
    const told = figures.find(([name]) => say(before[name]) !== say(after[name]));
    if (told !== undefined) return `${told[1]}${unit} ${say(before[told[0]])} → ${say(after[told[0]])}`;
  }
  return `median${unit} ${short(before.median)}, as before`;
}

const figures = [
  ['median', 'median'],
  ['q25', 'lower quartile'],
  ['q75', 'upper quartile'],
  ['mean', 'mean'],
] as const;

function instant(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? short(seconds) : date.toISOString().slice(0, 16).replace('T', ' ');
}
