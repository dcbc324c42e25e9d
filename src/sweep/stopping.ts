import type { Direction } from './direction.ts';
import { type Asha, goesOn, type RungReport, rungsOf } from './rungs.ts';

/** When a trial is ended before its last step. Values of a trial are compared only at the same steps as those of others. */
export type StoppingRule =
  | Asha
  | { readonly paired: { readonly every: number } }
  | { readonly median: { readonly every: number; readonly trials: number } }
  | { readonly patience: { readonly every: number; readonly checks: number; readonly improvement: number } };

/** Ascending steps at which a rule wants to be asked; the last step is none of them. */
export function checkedSteps(rule: StoppingRule, steps: number): number[] {
  if ('eta' in rule) return rungsOf(rule, steps);
  const { every } = 'median' in rule ? rule.median : 'paired' in rule ? rule.paired : rule.patience;
  const distance = Math.max(1, Math.ceil(every * steps - 1e-9));
  return Array.from({ length: Math.ceil(steps / distance) - 1 }, (_, index) => (index + 1) * distance);
}

/**
 * Whether the trial of the newest report goes on.
 * @param reports of all trials at all steps so far, in any order, with the newest
 */
export function mayGoOn(
  rule: StoppingRule,
  direction: Direction,
  reports: readonly RungReport[],
  newest: RungReport,
): boolean {
  if ('eta' in rule) {
    const here = reports.filter(({ step }) => step === newest.step);
    return goesOn(rule, direction, here, newest.trial);
  }
  if (!Number.isFinite(newest.value)) return false;
  if ('paired' in rule) return isAsGoodInFolds(direction, reports, newest);
  return 'median' in rule
    ? isAboveMedian(rule.median, direction, reports, newest)
    : stillImproves(rule.patience, direction, reports, newest);
}

/**
 * Median rule (Golovin et al. 2017, "Google Vizier"): a trial goes on when its best value so far is not worse than the median of the
 * averages that other trials had up to the same step. Fewer than `trials` others decide nothing.
 */
function isAboveMedian(
  { trials }: { readonly trials: number },
  direction: Direction,
  reports: readonly RungReport[],
  { trial, step }: RungReport,
): boolean {
  const sums = new Map<number, { sum: number; count: number; arrived: boolean }>();
  for (const each of reports) {
    if (each.step > step || each.trial === trial) continue;
    const { sum, count, arrived } = sums.get(each.trial) ?? { sum: 0, count: 0, arrived: false };
    sums.set(each.trial, { sum: sum + each.value, count: count + 1, arrived: arrived || each.step === step });
  }
  const others = [...sums.values()].filter(({ arrived }) => arrived);
  if (others.length < trials) return true;
  const middle = median(others.map(({ sum, count }) => sum / count));
  if (Number.isNaN(middle)) return true;
  return signed(direction, best(direction, upTo(reports, trial, step))) >= signed(direction, middle);
}

/**
 * Paired comparison over folds: a trial goes on unless it is worse than the best other one at the same step by more than chance. Folds differ
 * more than trials do, so that differences within folds tell trials apart that their means do not: a one-sided t test of those
 * differences at 5 %. Fewer than three folds decide nothing, nor do folds that one of the two has not.
 */
function isAsGoodInFolds(direction: Direction, reports: readonly RungReport[], newest: RungReport): boolean {
  const sameStep = reports.filter(({ trial, step }) => step === newest.step && trial !== newest.trial);
  const leader = sameStep
    .filter(({ value }) => Number.isFinite(value))
    .reduce<RungReport | null>(
      (best, each) => (best && signed(direction, best.value) >= signed(direction, each.value) ? best : each),
      null,
    );
  const [own, others] = [newest.folds ?? [], leader?.folds ?? []];
  if (own.length < 3 || own.length !== others.length) return true;
  const behind = own.map((value, fold) => signed(direction, others[fold] ?? Number.NaN) - signed(direction, value));
  const mean = behind.reduce((sum, each) => sum + each, 0) / behind.length;
  const variance = behind.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (behind.length - 1);
  return !(mean > criticalT(behind.length - 1) * Math.sqrt(variance / behind.length));
}

/** One-sided, 5 %; written down, as a replay must come to the same on every engine. Between two entries the higher. */
const criticalTs = [6.314, 2.92, 2.353, 2.132, 2.015, 1.943, 1.895, 1.86, 1.833, 1.812] as const;

function criticalT(degrees: number): number {
  return criticalTs[Math.min(degrees, criticalTs.length) - 1] ?? Number.POSITIVE_INFINITY;
}

/** A trial goes on while it gets better, and also when it stands still but leads: the winner must not be lost. */
function stillImproves(
  { checks, improvement }: { readonly checks: number; readonly improvement: number },
  direction: Direction,
  reports: readonly RungReport[],
  { trial, step }: RungReport,
): boolean {
  const own = upTo(reports, trial, step).map((value) => signed(direction, value));
  if (own.length <= checks) return true;
  const before = Math.max(...own.slice(0, -checks));
  if (Math.max(...own.slice(-checks)) > before + improvement) return true;
  const others = reports.filter((each) => each.step === step && each.trial !== trial && Number.isFinite(each.value));
  return others.length === 0 || Math.max(...own) >= Math.max(...others.map(({ value }) => signed(direction, value)));
}

/** Values of one trial up to a step, in the order of its steps. */
function upTo(reports: readonly RungReport[], trial: number, step: number): number[] {
  return reports
    .filter((each) => each.trial === trial && each.step <= step)
    .sort((a, b) => a.step - b.step)
    .map(({ value }) => value);
}

const signed = (direction: Direction, value: number) => (direction === 'maximize' ? value : -value);

function best(direction: Direction, values: readonly number[]): number {
  const numbers = values.filter(Number.isFinite);
  return direction === 'maximize' ? Math.max(...numbers) : Math.min(...numbers);
}

/** Of trials whose values are all numbers; the lower of the middle two. */
function median(values: readonly number[]): number {
  const order = values.filter(Number.isFinite).sort((a, b) => a - b);
  return order[(order.length - 1) >> 1] ?? Number.NaN;
}
