/** Distances between two samples over common bins or categories. Null where a side is empty. */
export interface BinDistances {
  /** Population stability index, natural logarithm; shares are taken as at least 1e-4, so that an empty bin does not make it infinite. */
  readonly psi: number | null;
  /** Jensen-Shannon distance: root of the divergence in bits, 0 to 1. */
  readonly js: number | null;
  /** Hellinger distance, 0 to 1. */
  readonly hellinger: number | null;
}

/**
 * @param a counts per bin
 * @param b counts of the same bins
 */
export function binDistances(a: readonly number[], b: readonly number[]): BinDistances {
  const [inA, inB] = [sum(a), sum(b)];
  if (inA === 0 || inB === 0) return { psi: null, js: null, hellinger: null };
  let [psi, divergence, overlap] = [0, 0, 0];
  a.forEach((count, bin) => {
    const [p, q] = [count / inA, (b[bin] ?? 0) / inB];
    const [floorP, floorQ] = [Math.max(p, leastShare), Math.max(q, leastShare)];
    psi += (floorQ - floorP) * Math.log(floorQ / floorP);
    divergence += halfDivergence(p, q);
    overlap += (Math.sqrt(p) - Math.sqrt(q)) ** 2;
  });
  return { psi, js: Math.sqrt(Math.max(0, divergence) / (2 * Math.LN2)), hellinger: Math.sqrt(overlap / 2) };
}

const leastShare = 1e-4;

/**
 * p log(p / m) + q log(q / m) with m = (p + q) / 2. For near shares the two terms nearly cancel; with x = (p - q) / (p + q) their sum is
 * m ((1 + x) log(1 + x) + (1 - x) log(1 - x)), whose series keeps its digits.
 */
function halfDivergence(p: number, q: number): number {
  const middle = (p + q) / 2;
  if (middle === 0) return 0;
  const x = (p - q) / (p + q);
  const square = x * x;
  if (square > 1e-2) return entropy(p, middle) + entropy(q, middle);
  let [term, total] = [square, 0];
  for (let k = 1; term > 0 && k < 12; k += 1) {
    total += term / (k * (2 * k - 1));
    term *= square;
  }
  return middle * total;
}

function entropy(share: number, middle: number): number {
  return share === 0 ? 0 : share * Math.log(share / middle);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
