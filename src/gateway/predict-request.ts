import { PerennialError } from '../errors/error.ts';
import type { FeatureRow } from './features.ts';
import type { Signature } from './predictor.ts';
import { shortJson } from './short-json.ts';

/** One row as the caller sent it; columns are not looked at yet. */
export interface RequestedRow {
  readonly id: string | null;
  /** What the split hashes; null means the id. */
  readonly key: string | null;
  readonly features: Readonly<Record<string, unknown>>;
  /** Where the features were read already: for which model's columns, and their text when it is what the request log would write. */
  readonly scan?: { readonly signature: Signature; readonly values: FeatureRow; readonly text: string | null };
}

export interface PredictRequest {
  /** Whether the caller sent one row without `rows`, and gets one answer without a list. */
  readonly single: boolean;
  readonly rows: readonly RequestedRow[];
}

export interface RequestedLabel {
  readonly id: string;
  readonly label: string | number;
}

/** Characters of an id or a key. */
export const longestName = 512;

/** @throws PRN-GATEWAY-001 naming the field that is wrong */
export function parsePredict(body: unknown, mostRows: number): PredictRequest {
  if (!isObject(body)) throw refused('The body must be a JSON object', body);
  if (!('rows' in body)) return { single: true, rows: [parseRow(body, 'the body')] };
  const rows = body.rows;
  if (!Array.isArray(rows) || rows.length === 0) throw refused('"rows" must be a list with at least one row', rows);
  if (rows.length > mostRows) throw refused(`"rows" may hold ${mostRows} rows`, rows.length);
  return { single: false, rows: rows.map((row, index) => parseRow(row, `rows[${index}]`)) };
}

/** @throws PRN-GATEWAY-001 */
export function parseLabels(body: unknown): readonly RequestedLabel[] {
  const labels = isObject(body) ? body.labels : undefined;
  if (!Array.isArray(labels)) throw refused('The body must be {"labels": [{"id": ..., "label": ...}]}', body);
  return labels.map((entry, index) => {
    const id = isObject(entry) ? parseName(entry.id, `labels[${index}].id`) : null;
    const label = isObject(entry) ? entry.label : undefined;
    if (id === null) throw refused(`labels[${index}] needs an "id"`, entry);
    if (!isName(label) && label !== '' && !isNumber(label)) {
      throw refused(`labels[${index}].label must be a string of at most ${longestName} characters, or a number`, label);
    }
    return { id, label };
  });
}

/** The version that a caller asks for by number. @throws PRN-GATEWAY-001 */
export function parseVersion(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw refused('x-model-version must be a version number such as 3', text);
  return Number(text);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function refused(expected: string, got: unknown): PerennialError {
  const shown = got === undefined ? 'nothing' : shortJson(got, 80);
  return new PerennialError('PRN-GATEWAY-001', { message: `${expected}; got ${shown}.` });
}

function parseRow(row: unknown, where: string): RequestedRow {
  if (!isObject(row)) throw refused(`${where} must be an object with "features"`, row);
  if (!isObject(row.features)) throw refused(`${where} needs "features", an object from column to value`, row.features);
  return {
    id: parseName(row.id, `"id" of ${where}`),
    key: parseName(row.key, `"key" of ${where}`),
    features: row.features,
  };
}

/** Ids come as numbers, too: they are joined with labels as text. */
export function parseName(value: unknown, where: string): string | null {
  if (value === undefined || value === null) return null;
  if (isName(value)) return value;
  if (isNumber(value)) return String(value);
  throw refused(`${where} must be a non-empty string of at most ${longestName} characters, or a number`, value);
}

/** Not half a character: what is no text in UTF-8 could not be joined with anything. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longestName && !/\p{Surrogate}/u.test(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
