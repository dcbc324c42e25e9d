import type { ColumnTable } from '../src/dataset/dataset.ts';
import type { EvaluationInput } from '../src/evaluation/evaluate.ts';
import { quantileCuts, rangeName } from '../src/evaluation/search-columns.ts';
import type { EvaluateStage, ModelFile } from '../src/plan/schema.ts';
import type { Registry, VersionRecord } from '../src/registry/registry.ts';

type Column = readonly (number | string | null)[];

/** Columns that results are sliced by, numeric ones cut into ranges where the plan says so. */
export function sliceColumnsOf(spec: EvaluateStage, { columns }: ColumnTable): Readonly<Record<string, Column>> {
  return Object.fromEntries(
    spec.slices.map((name) => {
      const values = columns[name] ?? [];
      const range = spec.ranges?.[name];
      if (!range) return [name, values];
      const cuts = 'cuts' in range ? range.cuts : quantileCuts(values, range.quantiles);
      return [name, values.map((value) => rangeName(value, cuts))];
    }),
  );
}

/** How much each row counts; NaN for what is no number, which the evaluation refuses. Null where all count the same. */
export function weightsOf({ weight }: ModelFile['data'], { columns }: ColumnTable): Float64Array | null {
  if (weight === undefined) return null;
  return Float64Array.from(columns[weight] ?? [], (value) =>
    value === null || value === '' ? Number.NaN : Number(value),
  );
}

/** The features and slices of the hold-out, unless the plan does not want the worst slices. */
export function searchOf(spec: EvaluateStage, data: ModelFile['data'], table: ColumnTable): EvaluationInput['search'] {
  if (spec.worstSlices === 'none') return undefined;
  const names = [...new Set([...spec.slices, ...Object.keys(data.features)])].filter((name) => name in table.columns);
  return {
    columns: names.map((name) => ({ name, values: table.columns[name] ?? [] })),
    rules: spec.worstSlices ?? { atLeastRows: 500, pairs: true, show: 3 },
  };
}

/** Metrics of the plan as the evaluation takes them. */
export function customOf(
  { metrics = {} }: Pick<EvaluateStage, 'metrics'>,
  port: NonNullable<EvaluationInput['custom']>['port'],
): NonNullable<EvaluationInput['custom']> {
  return { port, metrics: Object.entries(metrics).map(([name, metric]) => ({ name, ...metric })) };
}

/** Versions that the plan wants to be shown beside, without those that are there anyway. "previous" is nothing where there was no champion before. */
export async function otherVersions(
  registry: Pick<Registry, 'version' | 'versions'>,
  model: string,
  also: EvaluateStage['also'],
  shown: readonly number[],
): Promise<readonly VersionRecord[]> {
  const found = new Map<number, VersionRecord>();
  for (const one of also ?? []) {
    const record = one === 'previous' ? await previousChampion(registry, model) : await registry.version(model, one);
    if (record && !shown.includes(record.version)) found.set(record.version, record);
  }
  return [...found.values()];
}

async function previousChampion(registry: Pick<Registry, 'versions'>, model: string): Promise<VersionRecord | null> {
  const deprecated = (await registry.versions(model)).filter(({ state }) => state === 'deprecated');
  return deprecated.reduce<VersionRecord | null>(
    (newest, one) => (newest === null || one.version > newest.version ? one : newest),
    null,
  );
}
