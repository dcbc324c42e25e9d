import type { planCodes } from '../errors/codes/plan.ts';

export type PlanCode = keyof typeof planCodes;

/** Keys and indexes from the root of the model file. */
export type Path = readonly (string | number)[];

/** A mistake as a check finds it, before it is given its place in the text. */
export interface Finding {
  readonly code: PlanCode;
  readonly path: Path;
  /** Whether the key or the value at `path` is wrong. */
  readonly on: 'key' | 'value';
  readonly message: string;
  /** What to do; defaults to the hint of the code. */
  readonly hint?: string;
  /** An object that must be right for the finding to hold: what it seems to lack may be what is misspelt in it. */
  readonly provided?: Path;
}

/** A mistake in a model file with its place: lines and columns count from 1, columns in UTF-16 units, `endColumn` exclusive. */
export interface Problem {
  readonly code: PlanCode;
  /** The name of the file as the reader was given it. */
  readonly file: string;
  /** Where in the JSON: `plan.boosted.sweep.space.eta[0]`; empty for the file as a whole. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** On the same line: a value of several lines ends with its first. */
  readonly endColumn: number;
  readonly message: string;
  readonly hint: string;
  /** The line of text. */
  readonly excerpt: string;
}

/** `plan.boosted.sweep.space.eta[0]`; keys that are no plain words stand in brackets. */
export function formatPath(path: Path): string {
  return path.map((part, index) => formatPart(part, index === 0)).join('');
}

function formatPart(part: string | number, first: boolean): string {
  if (typeof part === 'number') return `[${part}]`;
  if (!/^[\w$-]+$/.test(part)) return `[${JSON.stringify(part)}]`;
  return first ? part : `.${part}`;
}
