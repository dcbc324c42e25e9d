import type { z } from 'zod';
import { type Checked, type CheckShape, isObject, mayBeAbsent, type Schema } from './checked.ts';
import { type Finding, formatPath, type Path } from './problem.ts';
import { checkLeaf } from './shape-leaf.ts';
import { checkUnion } from './shape-union.ts';
import { closest, didYouMean } from './suggest.ts';

/**
 * Compares a value with a zod schema and keeps going at every mistake. zod alone stops at the first wrong branch of a
 * union and cannot say which keys were possible; its definitions can, so they are walked here.
 */
export const checkShape: CheckShape = (schema, value, path) => {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'default':
      return value === undefined ? { value: def.defaultValue, findings: [] } : checkShape(def.innerType, value, path);
    case 'optional':
      return value === undefined ? { value, findings: [] } : checkShape(def.innerType, value, path);
    case 'nullable':
      return value === null ? { value, findings: [] } : checkShape(def.innerType, value, path);
    case 'object':
      return isObject(value) ? checkObject(def.shape, value, path) : checkLeaf(schema, value, path);
    case 'record':
      return isObject(value) ? checkRecord(def, value, path) : checkLeaf(schema, value, path);
    case 'array':
      return Array.isArray(value) ? checkArray(schema, def.element, value, path) : checkLeaf(schema, value, path);
    case 'tuple':
      return isTuple(value, def.items.length) ? checkTuple(def.items, value, path) : checkLeaf(schema, value, path);
    case 'union':
      return checkUnion(checkShape, schema, value, path);
    default:
      return checkLeaf(schema, value, path);
  }
};

function checkObject(shape: Readonly<Record<string, Schema>>, value: Record<string, unknown>, path: Path): Checked {
  const known = Object.keys(shape);
  const absent = known.filter((key) => !Object.hasOwn(value, key));
  const findings: Finding[] = [];
  const meant = new Set<string | null>();
  for (const key of Object.keys(value).filter((key) => !known.includes(key))) {
    meant.add(closest(key, absent));
    findings.push(unknownKey(key, absent, path));
  }
  for (const key of absent) {
    // A misspelt key is one mistake, not an unknown one and a missing one.
    if (mayBeAbsent(shape[key]) || meant.has(key)) continue;
    findings.push(missingKey(key, path));
  }
  const checked = known.map((key) => [key, checkMember(shape[key], value, key, path)] as const);
  return {
    value: Object.fromEntries(checked.map(([key, member]) => [key, member.value]).filter(([, v]) => v !== undefined)),
    findings: [...findings, ...checked.flatMap(([, member]) => member.findings)],
  };
}

function checkMember(schema: Schema | undefined, parent: Record<string, unknown>, key: string, path: Path): Checked {
  const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
  const absent = value === undefined && !mayBeAbsent(schema);
  return schema && !absent ? checkShape(schema, value, [...path, key]) : { value: undefined, findings: [] };
}

function unknownKey(key: string, absent: readonly string[], path: Path): Finding {
  const hint = didYouMean(key, absent, 'keys that could stand here') ?? 'remove it';
  return {
    code: 'PRN-PLAN-007',
    path: [...path, key],
    on: 'key',
    message: `unknown key ${JSON.stringify(key)}${within(path)}`,
    hint,
  };
}

function missingKey(key: string, path: Path): Finding {
  return { code: 'PRN-PLAN-003', path, on: 'key', message: `missing key ${JSON.stringify(key)}${within(path)}` };
}

function within(path: Path): string {
  return path.length > 0 ? ` in ${formatPath(path)}` : '';
}

function checkRecord(def: z.core.$ZodRecordDef, value: Record<string, unknown>, path: Path): Checked {
  const checked = Object.keys(value).map((key) => ({
    key,
    name: key === '__proto__' ? reservedKey([...path, key]) : checkLeaf(def.keyType, key, [...path, key]).findings,
    member: checkShape(def.valueType, value[key], [...path, key]),
  }));
  return {
    // Members that are wrong stay as undefined: their names still count, for instance for "needs".
    value: Object.fromEntries(checked.map(({ key, member }) => [key, member.value])),
    findings: checked.flatMap(({ name, member }) => [
      ...name.map((finding): Finding => ({ ...finding, on: 'key' })),
      ...member.findings,
    ]),
  };
}

/** Assigning to it would set a prototype somewhere down the line. */
function reservedKey(path: Path): readonly Finding[] {
  return [
    { code: 'PRN-PLAN-006', path, on: 'key', message: '"__proto__" cannot be a name', hint: 'choose another name' },
  ];
}

function checkArray(schema: Schema, element: Schema, value: readonly unknown[], path: Path): Checked {
  const checked = value.map((item, index) => checkShape(element, item, [...path, index]));
  const findings = checked.flatMap((item) => item.findings);
  const length = value.length === 0 ? checkLeaf(schema, value, path).findings : [];
  return { value: checked.map((item) => item.value), findings: [...length, ...findings] };
}

function checkTuple(items: readonly Schema[], value: readonly unknown[], path: Path): Checked {
  const checked = items.map((item, index) => checkShape(item, value[index], [...path, index]));
  return { value: checked.map((item) => item.value), findings: checked.flatMap((item) => item.findings) };
}

function isTuple(value: unknown, length: number): value is readonly unknown[] {
  return Array.isArray(value) && value.length === length;
}
