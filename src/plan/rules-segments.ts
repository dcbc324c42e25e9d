import { entriesOf, type ModelDraft } from './draft.ts';
import type { Finding } from './problem.ts';
import { name } from './schema-words.ts';
import { segmentModel } from './segments.ts';

/** Segments that can be told apart by the gateway: by a feature that it is sent, under names that models may have. */
export function segmentRules(draft: ModelDraft): Finding[] {
  const { data, model } = draft;
  const segments = entriesOf(data?.segments);
  if (segments.length === 0) return [];
  return [...columnFaults(draft), ...(model === undefined ? [] : nameFaults(model, segments))];
}

function columnFaults({ data }: ModelDraft): Finding[] {
  const column = data?.segmentBy ?? null;
  if (column === null)
    return [finding(['data', 'segments'], 'data.segments needs "segmentBy", the feature whose values they are')];
  if (data?.features && column in data.features) return [];
  const message = `data.segmentBy is ${JSON.stringify(column)}, which is no feature: a request could not be told which segment it is of`;
  return [finding(['data', 'segmentBy'], message)];
}

function nameFaults(model: string, segments: readonly (readonly [number, string])[]): Finding[] {
  const taken = new Map<string, string>();
  return segments.flatMap(([index, value]) => {
    const own = segmentModel(model, value);
    const other = taken.get(own);
    taken.set(own, value);
    const path = ['data', 'segments', index];
    if (own.endsWith('--') || !name.safeParse(own).success)
      return [
        finding(
          path,
          `the segment ${JSON.stringify(value)} gives no name that a model may have: ${JSON.stringify(own)}`,
        ),
      ];
    if (other === undefined) return [];
    return [
      finding(path, `the segments ${JSON.stringify(other)} and ${JSON.stringify(value)} have the same name: ${own}`),
    ];
  });
}

function finding(path: Finding['path'], message: string): Finding {
  return { code: 'PRN-PLAN-070', path, on: 'value', message };
}
