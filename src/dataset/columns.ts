import { PerennialError } from '../errors/error.ts';
import type { Feature, ModelFile } from '../plan/schema.ts';

/** Which source columns play which part. Names are unique over all of them. */
export interface ColumnRoles {
  readonly id: string;
  readonly time: string;
  readonly label: string;
  /** What a model may see: declared features that are not sensitive, in the order of the model file. */
  readonly features: readonly { readonly name: string; readonly type: Feature['type'] }[];
  /** Columns that are in the hold-out only, to slice its results by. */
  readonly kept: readonly string[];
}

/**
 * Reads the roles from the model file. `keep` names further columns of the hold-out, sensitive ones too.
 * @throws PRN-DATASET-008 when the label is declared as a feature
 */
export function columnRoles(file: ModelFile, keep: readonly string[] = []): ColumnRoles {
  const { id, time, label, segmentBy } = file.data;
  if (label.column in file.data.features) {
    throw new PerennialError('PRN-DATASET-008', {
      message: `column "${label.column}" is the label of model "${file.model}" and one of its features: the model would be told the answer`,
    });
  }
  const taken = new Set([id, time, label.column]);
  const sensitive = new Set(file.data.sensitive);
  const features = Object.entries(file.data.features)
    .filter(([name]) => !taken.has(name) && !sensitive.has(name))
    .map(([name, { type }]) => ({ name, type }));
  for (const { name } of features) taken.add(name);
  const wanted = new Set(segmentBy === null ? keep : [segmentBy, ...keep]);
  return { id, time, label: label.column, features, kept: [...wanted].filter((name) => !taken.has(name)) };
}

/** All source columns that play a part. */
export function usedColumns({ id, time, label, features, kept }: ColumnRoles): readonly string[] {
  return [id, time, ...features.map(({ name }) => name), label, ...kept];
}
