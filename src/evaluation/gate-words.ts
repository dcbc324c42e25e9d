import type { Gate } from '../plan/schema.ts';
import { metricDirection } from './metrics.ts';

/** "≥ 0.65", "≤ 20", "between 0.05 and 0.6". */
export function boundsWords({ atLeast, atMost, between }: Gate): string {
  const words: string[] = [];
  if (atLeast !== undefined) words.push(`≥ ${plain(atLeast)}`);
  if (atMost !== undefined) words.push(`≤ ${plain(atMost)}`);
  if (between !== undefined) words.push(`between ${plain(between[0])} and ${plain(between[1])}`);
  return words.join(' and ');
}

/** The condition on challenger minus champion: "≥ +0.002", or "≤ −0.002" where less is better. */
export function versusWords({ metric, by = 0 }: Gate): string {
  return metricDirection(metric) === 'higher' ? `≥ ${signed(by)}` : `≤ ${signed(by === 0 ? 0 : -by)}`;
}

/** What confidence a comparison is held to, in words. */
export function confidenceWords({ confidence }: Gate, comparisons: number): string {
  const percent = plain(Number((confidence * 100).toFixed(4)));
  return `with ${percent} % confidence${comparisons > 1 ? `, kept over ${comparisons} comparisons together` : ''}`;
}

/** Rounded so that a gate set to the words would really pass: down for a lower bound, up for an upper one. */
export function reachable(value: number, side: 'atLeast' | 'atMost'): string {
  return plain(roundTowards(value, side));
}

export function reachableDifference(value: number, side: 'atLeast' | 'atMost'): string {
  return signed(roundTowards(value, side));
}

export function plain(value: number): string {
  return value < 0 ? `−${-value}` : String(value);
}

export function signed(value: number): string {
  return value > 0 ? `+${value}` : plain(value === 0 ? 0 : value);
}

function roundTowards(value: number, side: 'atLeast' | 'atMost'): number {
  if (value === 0) return 0;
  const step = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 2);
  const rounded = (side === 'atLeast' ? Math.floor(value / step) : Math.ceil(value / step)) * step;
  return Number(rounded.toPrecision(4));
}
