import { z } from 'zod';
import type { Checked, Schema } from './checked.ts';
import { type Finding, formatPath, type Path } from './problem.ts';
import { didYouMean } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** Asks zod about one value, and says its first objection in the words of the model file. */
export function checkLeaf(schema: Schema, value: unknown, path: Path): Checked {
  const result = z.safeParse(schema, value);
  if (result.success) return { value: result.data, findings: [] };
  const [issue] = result.error.issues;
  return { value: undefined, findings: issue ? [findingOf(issue, schema, value, path)] : [] };
}

/** `a text`, `a whole number`: what a schema wants, for messages. */
export function wanted(schema: Schema): string {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'default':
    case 'optional':
      return wanted(def.innerType);
    case 'number':
      return isWhole(schema) ? 'a whole number' : 'a number';
    case 'string':
      return 'a text';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'tuple':
      return 'a list of two numbers, [lowest, highest]';
    case 'enum':
    case 'literal':
      return `one of ${valuesOf(schema).map(quoted).join(', ')}`;
    case 'union':
      return def.options.map(wanted).join(', or ');
    default:
      return 'an object';
  }
}

/** The values of an enum or a literal as texts; empty for other schemas. */
export function valuesOf(schema: Schema): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'enum') return Object.values(def.entries).map(String);
  return def.type === 'literal' ? def.values.map(String) : [];
}

/** `the text "two"`, `null`, `a list`: what stands in the file instead. */
export function found(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  return typeof value === 'string' ? `the text ${quoted(value)}` : String(value);
}

export function quoted(text: string): string {
  return JSON.stringify(text);
}

function findingOf(issue: Issue, schema: Schema, value: unknown, path: Path): Finding {
  const base = { path, on: 'value' as const };
  const place = formatPath(path) || 'the model file';
  const values = valuesOf(schema);
  if (values.length > 0 && typeof value === 'string') {
    const message = `${place} cannot be ${quoted(value)}`;
    return { ...base, code: 'PRN-PLAN-005', message, hint: didYouMean(value, values, 'allowed') ?? '' };
  }
  if (issue.code === 'too_small' || issue.code === 'too_big') return outOfRange(schema, value, path);
  if (issue.code === 'invalid_format' || issue.code === 'custom') {
    const right = repaired(schema, String(value));
    const hint = right === null ? `write ${issue.message}` : `did you mean ${quoted(right)}?`;
    return { ...base, code: 'PRN-PLAN-006', message: `${place} cannot be ${quoted(String(value))}`, hint };
  }
  const message = `${place} must be ${wanted(schema)}, but is ${found(value)}`;
  const hint = conversionHint(schema, value);
  return { ...base, code: 'PRN-PLAN-004', message, ...(hint === null ? {} : { hint }) };
}

function outOfRange(schema: Schema, value: unknown, path: Path): Finding {
  const base = { path, on: 'value' as const };
  const place = formatPath(path);
  if (typeof value === 'string')
    return { ...base, code: 'PRN-PLAN-023', message: `${place} is empty`, hint: 'write a text' };
  if (Array.isArray(value)) {
    if (isTuple(schema)) {
      const message = `${place} must be ${wanted(schema)}, but is ${found(value)}`;
      return { ...base, code: 'PRN-PLAN-004', message };
    }
    return { ...base, code: 'PRN-PLAN-023', message: `${place} is empty`, hint: 'add at least one entry' };
  }
  return {
    ...base,
    code: 'PRN-PLAN-008',
    message: `${place} must be ${rangeOf(schema)}, but is ${String(value)}`,
    hint: `allowed: ${rangeOf(schema)}`,
  };
}

function isTuple(schema: Schema): boolean {
  return (schema as z.core.$ZodTypes)._zod.def.type === 'tuple';
}

/** `above 0 and below 1`, from the checks of a number schema. */
function rangeOf(schema: Schema): string {
  const bounds = checksOf(schema).flatMap((def) => {
    if (def.check === 'greater_than') return [`${def.inclusive ? 'at least' : 'above'} ${String(def.value)}`];
    if (def.check === 'less_than') return [`${def.inclusive ? 'at most' : 'below'} ${String(def.value)}`];
    return [];
  });
  return bounds.length > 0 ? bounds.join(' and ') : 'a number of at most 15 digits';
}

function isWhole(schema: Schema): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return (
    (def.type === 'number' && 'format' in def) || checksOf(schema).some((check) => check.check === 'number_format')
  );
}

function checksOf(schema: Schema): BoundCheck[] {
  return (schema._zod.def.checks ?? []).map((check) => check._zod.def as BoundCheck);
}

interface BoundCheck {
  readonly check: string;
  readonly inclusive?: boolean;
  readonly value?: unknown;
}

/** The commonest slips have a one-step cure. */
function conversionHint(schema: Schema, value: unknown): string | null {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (typeof value === 'string' && def.type === 'number' && value.trim() !== '' && Number.isFinite(Number(value)))
    return `write ${Number(value)} without quotes`;
  if (typeof value === 'string' && def.type === 'boolean') return 'write true or false without quotes';
  if (typeof value === 'number' && def.type === 'string' && accepts(schema, String(value)))
    return `write "${value}" in quotes`;
  if (typeof value === 'string' && def.type === 'array') return `write [${quoted(value)}]`;
  if (value === null) return 'remove the key, or give it a value';
  return null;
}

/** What a text of the wrong form was probably meant to be: a name with capitals or blanks, a duration in words. */
function repaired(schema: Schema, value: string): string | null {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?(ms|[a-z])[a-z]*$/i.exec(value.trim()) ?? [];
  const asName = value
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  const candidates = [amount === undefined ? '' : `${amount}${unit.toLowerCase()}`, asName];
  return candidates.find((candidate) => accepts(schema, candidate)) ?? null;
}

function accepts(schema: Schema, value: string): boolean {
  return z.safeParse(schema, value).success;
}
