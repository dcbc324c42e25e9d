const levels = '▁▂▃▄▅▆▇█';

/** Two histograms over the same bins, on one scale so that their shapes can be compared; an empty bin is a blank. */
export function histogramPair(
  reference: readonly number[],
  current: readonly number[],
  width: number,
): readonly [string, string] {
  const pair = [shares(rebin(reference, width)), shares(rebin(current, width))] as const;
  const highest = Math.max(...pair[0], ...pair[1], 0);
  return [bars(pair[0], highest), bars(pair[1], highest)];
}

/** A filled bar: `▓▓▓░░░░░░░`. */
export function bar(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '▓'.repeat(filled) + '░'.repeat(width - filled);
}

function rebin(counts: readonly number[], width: number): number[] {
  if (counts.length <= width) return [...counts];
  const bins = new Array<number>(width).fill(0);
  counts.forEach((count, at) => {
    const bin = Math.floor((at * width) / counts.length);
    bins[bin] = (bins[bin] ?? 0) + count;
  });
  return bins;
}

function shares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total === 0 ? 0 : count / total));
}

function bars(values: readonly number[], highest: number): string {
  return values
    .map((value) => (value === 0 ? ' ' : (levels[Math.min(7, Math.floor((value / highest) * 8))] ?? ' ')))
    .join('');
}
