/** Milliseconds, or whatever the row's `what` names, over `n` repetitions. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly n: number;
}

/** One comparison or one goal. A peer without a figure could not be measured: its note says why. */
export interface Row {
  readonly what: string;
  /** "<= 15", in the unit that `what` names; null where there is only a peer to compare with. */
  readonly goal: string | null;
  readonly ours: Figure;
  readonly peer: { readonly name: string; readonly figure: Figure | null } | null;
  /** Peer's median by ours: above 1 we are faster. */
  readonly ratio: number | null;
  /** The goal is met, or we are faster than the peer; null where nothing could be compared. */
  readonly holds: boolean | null;
  readonly note?: string | undefined;
}

export interface Peer {
  readonly name: string;
  readonly figure: Figure | null;
  readonly note?: string | undefined;
}

/** @throws RangeError for no values */
export function figure(values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new RangeError('a figure of no values');
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? min, sorted[sorted.length >> 1] ?? max];
  return { median: (low + high) / 2, min, max, n: sorted.length };
}

export function scaled({ median, min, max, n }: Figure, by: number): Figure {
  return { median: median * by, min: min * by, max: max * by, n };
}

export function goalRow(what: string, atMost: number, ours: Figure, note?: string): Row {
  return { what, goal: `<= ${atMost}`, ours, peer: null, ratio: null, holds: ours.median <= atMost, note };
}

export function peerRow(what: string, ours: Figure, { name, figure, note }: Peer): Row {
  const ratio = figure && ours.median > 0 ? figure.median / ours.median : null;
  return { what, goal: null, ours, peer: { name, figure }, ratio, holds: ratio === null ? null : ratio > 1, note };
}
