import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { binDistances } from '../../src/drift/bin-distances.ts';
import { compareSamples } from '../../src/drift/compare-samples.ts';
import { chiSquareHomogeneity, gTestHomogeneity, totalVariation } from '../../src/drift/counts.ts';
import { someOf } from '../../src/drift/duckdb/read-numbers.ts';
import { ksPValue } from '../../src/drift/kolmogorov-smirnov.ts';
import type { Sample } from '../../src/drift/ledger.ts';

type Figures = Readonly<Record<string, number>>;

interface Pair {
  readonly kind: string;
  readonly n: number;
  readonly m: number;
  /** Null where a side has no value. */
  readonly numbers: Figures | null;
  readonly categories: Figures & { readonly a: readonly number[]; readonly b: readonly number[] };
}

export interface Disagreement {
  readonly statistic: string;
  /** Largest relative difference from SciPy, and where. */
  readonly relative: number;
  readonly pair: string;
  readonly compared: number;
}

/**
 * Computes what samples.py asked SciPy, and says how far each statistic is off at worst.
 * @param buckets forces the buckets that large samples get also for small ones
 */
export async function disagreements(folder: string, buckets?: number): Promise<Disagreement[]> {
  const pairs = JSON.parse(await readFile(join(folder, 'pairs.json'), 'utf8')) as Pair[];
  const bytes = await readFile(join(folder, 'values.f64'));
  const values = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const worst = new Map<string, Disagreement>();
  let at = 0;
  for (const [index, pair] of pairs.entries()) {
    const { n, m } = pair;
    const ours = await numbersOf(values.subarray(at, at + n), values.subarray(at + n, at + n + m), buckets);
    at += n + m;
    if (pair.numbers !== null) note(worst, pair, index, 'numbers', pair.numbers, ours);
    const { a, b, ...figures } = pair.categories;
    note(worst, pair, index, 'categories', figures, categoriesOf(a, b));
  }
  return [...worst.values()];
}

async function numbersOf(a: Float64Array, b: Float64Array, buckets?: number): Promise<Figures> {
  const [before, after] = [sampleOf(a), sampleOf(b)];
  const hints = [await someOf(before), await someOf(after)].flatMap((some) => [...some]);
  const tuning = buckets === undefined ? {} : { buckets, sortUpTo: 0 };
  const { ks, w1, sizes, deciles, reference } = await compareSamples(before, after, Float64Array.from(hints), tuning);
  return {
    ...{ ks, w1, p: ksPValue(ks, sizes.reference, sizes.current), sd: reference?.sd ?? Number.NaN },
    ...defined(binDistances(deciles.reference, deciles.current)),
  };
}

function sampleOf(values: Float64Array): Sample {
  return { size: values.length, scan: async (visit) => visit(values) };
}

function categoriesOf(a: readonly number[], b: readonly number[]): Figures {
  const [chi2, g] = [chiSquareHomogeneity(a, b), gTestHomogeneity(a, b)];
  const found = { chi2: chi2.statistic, p: chi2.pValue, g: g.statistic, tvd: totalVariation(a, b) };
  return defined({ ...found, ...binDistances(a, b) });
}

function defined(figures: object): Figures {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== null));
}

function note(
  worst: Map<string, Disagreement>,
  { kind, n, m }: Pair,
  index: number,
  group: string,
  theirs: Figures,
  ours: Figures,
): void {
  for (const [name, expected] of Object.entries(theirs)) {
    const statistic = `${name} of ${group}`;
    const before = worst.get(statistic);
    const relative = relativeDifference(ours[name] ?? Number.NaN, expected);
    const compared = (before?.compared ?? 0) + 1;
    const farther = before === undefined || relative > before.relative || Number.isNaN(relative);
    if (!farther) worst.set(statistic, { ...before, compared });
    else worst.set(statistic, { statistic, relative, compared, pair: `${index} (${kind}, ${n} and ${m})` });
  }
}

/** Below the smallest normal number digits are lost on either side. */
function relativeDifference(ours: number, theirs: number): number {
  if (ours === theirs) return 0;
  return Math.abs(ours - theirs) / Math.max(Math.abs(theirs), 1e-290);
}
