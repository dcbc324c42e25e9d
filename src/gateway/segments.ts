import type { ModelFile } from '../plan/schema.ts';
import { segmentModel } from '../plan/segments.ts';

/** Which model answers a row: told by the value of one of its features. */
export interface SegmentSplit {
  readonly column: string;
  readonly values: readonly string[];
}

type SegmentedData = Partial<Pick<ModelFile['data'], 'segmentBy' | 'segments'>>;

/** Null for a model without segments. */
export function segmentSplit({ segmentBy, segments = [] }: SegmentedData): SegmentSplit | null {
  return !segmentBy || segments.length === 0 ? null : { column: segmentBy, values: segments };
}

/** Name of the model of a row's segment; null where it is of none, and the global model answers. */
export function segmentOf(
  model: string,
  { column, values }: SegmentSplit,
  features: Readonly<Record<string, unknown>>,
): string | null {
  const value = features[column];
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  return values.includes(String(value)) ? segmentModel(model, String(value)) : null;
}
