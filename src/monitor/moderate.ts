/** A ratio of variances that was estimated with so many degrees of freedom; 1 where nothing is going on. */
export interface VarianceRatio {
  readonly ratio: number;
  readonly degrees: number;
}

/** A column borrows from the others at most so many times what it knows itself: columns that go together know less than they seem to. */
const borrowAtMost = 3;

/**
 * Lets columns learn from one another how much a ratio varies by chance (empirical Bayes after Smyth 2004, "Linear models and empirical
 * Bayes methods", section 6.2): where all ratios agree, each counts as known far better than by its own few days; where they differ, each
 * stands for itself. No ratio is made smaller than its own estimate, or than 1.
 */
export function moderate(ratios: readonly (VarianceRatio | null)[]): (VarianceRatio | null)[] {
  const prior = priorOf(ratios.filter((one): one is VarianceRatio => one !== null && one.ratio > 0));
  return ratios.map((own) => {
    if (own === null) return null;
    const borrowed = Math.min(prior.degrees, borrowAtMost * own.degrees);
    const degrees = own.degrees + borrowed;
    const mixed = (borrowed * prior.ratio + own.degrees * own.ratio) / degrees;
    return { ratio: Math.max(1, own.ratio, mixed), degrees };
  });
}

function priorOf(ratios: readonly VarianceRatio[]): VarianceRatio {
  if (ratios.length < 3) return { ratio: 1, degrees: 0 };
  const logs = ratios.map(({ ratio, degrees }) => Math.log(ratio) - digamma(degrees / 2) + Math.log(degrees / 2));
  const centre = mean(logs);
  const scatter = logs.reduce((sum, log) => sum + (log - centre) ** 2, 0) / (logs.length - 1);
  const excess = scatter - mean(ratios.map(({ degrees }) => trigamma(degrees / 2)));
  if (excess <= 0) return { ratio: Math.exp(centre), degrees: Number.POSITIVE_INFINITY };
  const half = inverseTrigamma(excess);
  return { ratio: Math.exp(centre + digamma(half) - Math.log(half)), degrees: 2 * half };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Derivative of log Gamma, for x > 0: raised to at least 8, then its asymptotic series (Abramowitz & Stegun 6.3.18). */
function digamma(x: number): number {
  let [at, sum] = [x, 0];
  for (; at < 8; at += 1) sum -= 1 / at;
  const square = 1 / (at * at);
  return sum + Math.log(at) - 1 / (2 * at) - square * (1 / 12 - square * (1 / 120 - square / 252));
}

/** Its second derivative (6.4.12). */
function trigamma(x: number): number {
  let [at, sum] = [x, 0];
  for (; at < 8; at += 1) sum += 1 / (at * at);
  const square = 1 / (at * at);
  return sum + (1 / at) * (1 + 1 / (2 * at) + square * (1 / 6 - square * (1 / 30 - square / 42)));
}

/** By bisection in the logarithm: trigamma falls from infinity to 0. */
function inverseTrigamma(value: number): number {
  let [low, high] = [-20, 20];
  for (let step = 0; step < 80; step += 1) {
    const middle = (low + high) / 2;
    if (trigamma(Math.exp(middle)) > value) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
