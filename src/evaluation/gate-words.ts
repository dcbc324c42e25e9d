import type { Gate, GateEntry } from '../plan/schema-gates.ts';
import type { Direction } from './gate-direction.ts';

/** "≥ 0.65", "≤ 20", "between 0.05 and 0.6". */
export function boundsWords({ atLeast, atMost, between }: Gate): string {
  const words: string[] = [];
  if (atLeast !== undefined) words.push(`≥ ${plain(atLeast)}`);
  if (atMost !== undefined) words.push(`≤ ${plain(atMost)}`);
  if (between !== undefined) words.push(`between ${plain(between[0])} and ${plain(between[1])}`);
  return words.join(' and ');
}

/** The condition on challenger minus champion: "≥ +0.002", or "≤ −0.002" where less is better. */
export function versusWords({ by = 0 }: Gate, direction: Direction): string {
  return direction === 'higher' ? `≥ ${signed(by)}` : `≤ ${signed(by === 0 ? 0 : -by)}`;
}

/** What is measured: "auc", "demographicParity between origins", "missingShare of wind_gust". */
export function subjectWords({ metric, groups, column }: Gate): string {
  if (groups !== undefined) return `${metric} over ${groups}`;
  return column === undefined ? metric : `${metric} of ${column}`;
}

/** A whole gate as a person names it: "auc ≥ 0.65", "any of (auc ≥ 0.7; f1 ≥ 0.4)". */
export function gateWords(gate: GateEntry, direction: (metric: string) => Direction): string {
  if ('any' in gate) return `any of (${gate.any.map((each) => gateWords(each, direction)).join('; ')})`;
  if ('all' in gate) return `all of (${gate.all.map((each) => gateWords(each, direction)).join('; ')})`;
  const place = gate.slice === undefined ? '' : ` in each ${gate.slice}`;
  const versus = gate.versus === undefined ? '' : `vs champion ${versusWords(gate, direction(gate.metric))}`;
  const conditions = [boundsWords(gate), versus].filter((words) => words !== '').join(' and ');
  return `${subjectWords(gate)} ${conditions}${place}`;
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
