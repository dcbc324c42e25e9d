import { PerennialError } from '../errors/error.ts';
import type { FeatureBatch, Signature } from './predictor.ts';
import { shortJson } from './short-json.ts';

export type FeatureValue = number | string | null;

/** Values in the order of the signature's features. */
export type FeatureRow = readonly FeatureValue[];

export interface FeatureProblem {
  readonly row: number;
  readonly column: string;
  readonly expected: string;
  readonly got: string;
}

/** Beyond this a float32 input becomes infinite. */
export const largestFloat32 = 3.4028234663852886e38;
const problemsShown = 10;
const nothing = 'nothing';
/** More are told together. */
const lackingTold = 4;

/**
 * Reads one row of a request. `problems` collects what does not fit, over all rows of a request; the returned row counts only when
 * nothing was added. `known` holds further column names that are let through: a challenger's new columns.
 */
export function readRow(
  signature: Signature,
  features: Readonly<Record<string, unknown>>,
  row: number,
  problems: FeatureProblem[],
  known?: ReadonlySet<string>,
): FeatureRow {
  return readInOrder(signature, features) ?? readByName(signature, features, row, problems, known);
}

/** Most callers send the columns as the signature lists them: then no name is looked up. Null when anything is unusual. */
function readInOrder(signature: Signature, features: Readonly<Record<string, unknown>>): FeatureRow | null {
  const columns = signature.features;
  const values: FeatureValue[] = [];
  for (const name in features) {
    const feature = columns[values.length];
    if (feature === undefined || feature.name !== name) return null;
    const value = features[name];
    const read = feature.type === 'numeric' ? readNumber(value) : readText(value);
    if (read === undefined) return null;
    values.push(read);
  }
  return values.length === columns.length ? values : null;
}

function readByName(
  signature: Signature,
  features: Readonly<Record<string, unknown>>,
  row: number,
  problems: FeatureProblem[],
  known: ReadonlySet<string> | undefined,
): FeatureRow {
  const before = problems.length;
  const values: FeatureValue[] = new Array(signature.features.length);
  for (let index = 0; index < signature.features.length; index++) {
    const feature = signature.features[index];
    if (feature === undefined) continue;
    const value = Object.hasOwn(features, feature.name) ? features[feature.name] : undefined;
    const read = feature.type === 'numeric' ? readNumber(value) : readText(value);
    if (read !== undefined) values[index] = read;
    else problems.push({ row, column: feature.name, expected: expectation(feature.type), got: show(value) });
  }
  const names = Object.keys(features);
  if (names.length > values.length || problems.length > before) addUnknown(signature, names, row, problems, known);
  return values;
}

/** @throws PRN-GATEWAY-002 naming the first problems when there is one */
export function refuseProblems(model: string, problems: readonly FeatureProblem[]): void {
  if (problems.length === 0) return;
  const shown = problems.slice(0, problemsShown);
  const lines = sayProblems(problems);
  const told = lines.slice(0, problemsShown);
  const more = lines.length > told.length ? `; and ${lines.length - told.length} more` : '';
  throw new PerennialError('PRN-GATEWAY-002', {
    message: `The features do not fit model ${model}: ${told.join('; ')}${more}.`,
    details: { model, problems: shown, problemCount: problems.length },
  });
}

/** A line for each, but one for a row that lacks many columns: its other faults would drown. */
function sayProblems(problems: readonly FeatureProblem[]): string[] {
  const byRow = new Map<number, FeatureProblem[]>();
  for (const problem of problems) {
    const of = byRow.get(problem.row) ?? [];
    of.push(problem);
    byRow.set(problem.row, of);
  }
  return [...byRow].flatMap(([row, of]) => {
    const lacking = of.filter(({ got }) => got === nothing);
    const together = lacking.length > lackingTold;
    const named = lacking.slice(0, lackingTold).map(({ column }) => `"${column}"`);
    return [
      ...of
        .filter(({ got }) => !(together && got === nothing))
        .map(({ column, expected, got }) => `row ${row}, column "${column}": expected ${expected}, got ${got}`),
      ...(together ? [`row ${row} lacks ${named.join(', ')} and ${lacking.length - lackingTold} more columns`] : []),
    ];
  });
}

/** Turns rows into the columns that a predictor takes. */
export function toBatch(signature: Signature, rows: readonly FeatureRow[]): FeatureBatch {
  const columns: Record<string, FeatureValue[]> = {};
  for (let index = 0; index < signature.features.length; index++) {
    const name = signature.features[index]?.name;
    if (name === undefined) continue;
    const column: FeatureValue[] = new Array(rows.length);
    for (let row = 0; row < rows.length; row++) column[row] = rows[row]?.[index] ?? null;
    columns[name] = column;
  }
  return { rows: rows.length, columns };
}

/** Whether rows read for one signature can be handed to a model with the other. */
export function sameColumns(a: Signature, b: Signature): boolean {
  if (a.features.length !== b.features.length) return false;
  return a.features.every((feature, index) => {
    const other = b.features[index];
    return other?.name === feature.name && other.type === feature.type;
  });
}

/** Undefined means: does not fit. Booleans count as 0 and 1, as in training data. */
function readNumber(value: unknown): number | null | undefined {
  if (typeof value === 'number') return Math.abs(value) <= largestFloat32 ? value : undefined;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value === null ? null : undefined;
}

/** A whole number may name a category; a fraction may not, because its text differs from system to system. */
function readText(value: unknown): string | null | undefined {
  if (typeof value === 'string') return value;
  if (Number.isSafeInteger(value)) return String(value);
  return value === null ? null : undefined;
}

function expectation(type: 'numeric' | 'categorical'): string {
  return type === 'numeric' ? 'a number or null' : 'a string, a whole number or null';
}

function addUnknown(
  signature: Signature,
  names: readonly string[],
  row: number,
  problems: FeatureProblem[],
  known: ReadonlySet<string> | undefined,
): void {
  for (const name of names) {
    if (known?.has(name) === true || signature.features.some((feature) => feature.name === name)) continue;
    const expected = `one of ${signature.features.map((feature) => feature.name).join(', ')}`;
    problems.push({ row, column: name, expected, got: 'a column that the model does not know' });
  }
}

function show(value: unknown): string {
  if (value === undefined) return nothing;
  if (typeof value === 'number')
    return Number.isFinite(value) ? `${value}, too large for float32` : 'an infinite number';
  return `${Array.isArray(value) ? 'array' : typeof value} ${shortJson(value, 40)}`;
}
