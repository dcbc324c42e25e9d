import type { ModelFile } from './schema.ts';

/**
 * Name of the model of one segment: the value in lower case, with dashes for what a name cannot hold. The gateway finds it by the
 * same rule.
 */
export function segmentModel(model: string, value: string): string {
  const plain = value
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return `${model}--${plain}`;
}

/**
 * A model for each segment: trained, gated, approved and rolled out by the same plan on its own rows alone. Requests of a segment whose
 * model has no champion are answered by the global one.
 */
export function segmentFiles(file: ModelFile): ModelFile[] {
  // A plan that was stored before there were segments has no list of them.
  const { segmentBy, segments = [] }: Partial<ModelFile['data']> = file.data;
  if (!segmentBy) return [];
  return segments.map((value) => ({
    ...file,
    model: segmentModel(file.model, value),
    segmentOf: file.model,
    data: { ...file.data, segmentBy: null, segments: [], only: { column: segmentBy, equals: value } },
  }));
}
