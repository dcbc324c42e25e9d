import { canonicalJson } from './canonical.ts';
import { isObject } from './checked.ts';
import { formatPath, type Path } from './problem.ts';
import type { ModelFile } from './schema.ts';

/** One difference between two model files; `undefined` on the side where there is nothing. */
export interface PlanChange {
  /** `plan.boosted.sweep.trials` */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * What changes from one model file to another, defaults included, in the order of the new file; what was removed comes last. Something
 * wholly new (a stage, a feature) is one change; without a file before, each entry of each section is.
 */
export function diffPlans(before: ModelFile | null, after: ModelFile): PlanChange[] {
  const { $schema: _, ...current } = after;
  if (before === null) return additions(current);
  const { $schema: __, ...previous } = before;
  return differences(previous, current, []);
}

/** `~ plan.boosted.sweep.trials  20 → 40`, with `+` for what is new and `-` for what is gone. */
export function formatChange({ path, before, after }: PlanChange): string {
  if (before === undefined) return `+ ${path}  ${short(after)}`;
  if (after === undefined) return `- ${path}  ${short(before)}`;
  return `~ ${path}  ${short(before)} → ${short(after)}`;
}

function additions(file: object): PlanChange[] {
  return Object.entries(file).flatMap(([section, value]) =>
    isObject(value)
      ? Object.entries(value).map(([key, entry]) => ({
          path: formatPath([section, key]),
          before: undefined,
          after: entry,
        }))
      : [{ path: section, before: undefined, after: value }],
  );
}

function differences(before: unknown, after: unknown, path: Path): PlanChange[] {
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(after), ...Object.keys(before)]);
    return [...keys].flatMap((key) => differences(before[key], after[key], [...path, key]));
  }
  if (isListOfObjects(before) && isListOfObjects(after)) {
    if (before.length !== after.length) return moved(before, after, path);
    return after.flatMap((item, index) => differences(before[index], item, [...path, index]));
  }
  if (canonicalJson(before) === canonicalJson(after)) return [];
  return [{ path: formatPath(path), before, after }];
}

/** In a list that grew or shrank, what stands on both sides has only changed its place. */
function moved(before: readonly unknown[], after: readonly unknown[], path: Path): PlanChange[] {
  const [old, current] = [before.map(canonicalJson), after.map(canonicalJson)];
  const added = after.map((item, index) => ({ path: formatPath([...path, index]), before: undefined, after: item }));
  const removed = before.map((item, index) => ({ path: formatPath([...path, index]), before: item, after: undefined }));
  return [
    ...added.filter((_, index) => !old.includes(current[index] ?? '')),
    ...removed.filter((_, index) => !current.includes(old[index] ?? '')),
  ];
}

/** Gates and steps are compared one by one; a range or a list of names reads better as a whole. */
function isListOfObjects(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.every(isObject);
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 72 ? `${text.slice(0, 71)}…` : text;
}
