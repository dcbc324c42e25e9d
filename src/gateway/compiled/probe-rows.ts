import type { Random } from '../../evaluation/random.ts';
import type { FeatureRow, FeatureValue } from '../features.ts';
import type { Signature } from '../predictor.ts';
import type { CompiledModel } from './compile.ts';
import { nextFloat32 } from './ensemble.ts';
import { slotMask } from './layout.ts';

/**
 * Rows that would betray a compiled model: numbers at every threshold and at the next float32 to either side, far away, missing; every
 * text that the encoders know, others, missing ones.
 */
export function probeRows(model: CompiledModel, signature: Signature, count: number, draw: Random): FeatureRow[] {
  const candidates = signature.features.map(({ type }, feature) =>
    type === 'numeric' ? numbersFor(model, feature) : textsFor(model, feature),
  );
  const pick = (values: readonly FeatureValue[]): FeatureValue => values[Math.floor(draw() * values.length)] ?? null;
  return Array.from({ length: count }, () => candidates.map((values) => (draw() < missingShare ? null : pick(values))));
}

const missingShare = 0.08;

function numbersFor(model: CompiledModel, feature: number): FeatureValue[] {
  const columns = model.columns.flatMap((column, at) =>
    column.feature === feature && column.codes === null ? [{ column, at }] : [],
  );
  const values: FeatureValue[] = [0, 1, -1, 1e9, -1e9, 1e-30];
  for (const { column, at } of columns) {
    const spread = column.scale === 0 ? 1 : 1 / column.scale;
    values.push(...[-3, -1.5, -0.5, 0.1, 0.7, 2, 5].map((step) => Math.fround(column.offset + step * spread)));
    if (model.kind === 'trees')
      for (const threshold of thresholdsOf(model, at))
        values.push(threshold, nextFloat32(threshold), -nextFloat32(-threshold));
  }
  return values;
}

function thresholdsOf({ tables }: Extract<CompiledModel, { readonly kind: 'trees' }>, column: number): Set<number> {
  const found = new Set<number>();
  for (let node = 0; node < tables.weight.length; node++) {
    const slot = tables.slots[(tables.words[2 * node] ?? 0) & slotMask];
    const threshold = slot?.equals ?? tables.thresholds[2 * node + 1] ?? Number.NaN;
    if (slot?.column === column && Number.isFinite(threshold)) found.add(threshold);
  }
  return found;
}

function textsFor(model: CompiledModel, feature: number): FeatureValue[] {
  const known = model.columns.flatMap(({ feature: of, codes }) =>
    of === feature && codes !== null ? [...codes.keys()] : [],
  );
  return [...known, 'a text that no training row had', ''];
}
