import type { ModelFile } from '../plan/schema.ts';
import { segmentModel } from '../plan/segments.ts';

/** Which model answers a row: told by the value of one of its features. */
export interface SegmentSplit {
  readonly column: string;
  /** Name of the segment's model by the value, as text. */
  readonly models: Readonly<Record<string, string>>;
}

type SegmentedData = Partial<Pick<ModelFile['data'], 'segmentBy' | 'segments'>>;

/** Null for a model without segments. */
export function segmentSplit(model: string, { segmentBy, segments = [] }: SegmentedData): SegmentSplit | null {
  if (!segmentBy || segments.length === 0) return null;
  return {
    column: segmentBy,
    models: Object.fromEntries(segments.map((value) => [value, segmentModel(model, value)])),
  };
}

/** Name of the model of a row's segment; null where it is of none, and the global model answers. */
export function segmentOf(
  { column, models }: SegmentSplit,
  features: Readonly<Record<string, unknown>>,
): string | null {
  const value = features[column];
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  return Object.hasOwn(models, value) ? (models[value] ?? null) : null;
}
