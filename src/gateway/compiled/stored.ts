import type { CompiledModel } from './compile.ts';

/** What is known of a model file once it has been looked at. */
export type Preparation =
  | { readonly kind: 'compiled'; readonly model: CompiledModel; readonly proof: Proof }
  | { readonly kind: 'not-compiled'; readonly reason: string };

/** How a compiled model was held beside onnxruntime. */
export interface Proof {
  readonly rows: number;
  /** Largest difference of any answer, relative where the answer is above 1. */
  readonly worst: number;
}

/** The most that a compiled model may differ from onnxruntime. */
export const tolerance = 1e-6;
/** Rows of a proof. */
export const provenRows = 10_240;

/**
 * Serialization copies every typed array on its own; the thresholds of trees are the same memory as their words, and are taken from
 * there. Written out, so that the walks meet tables of one shape whatever model they are of.
 */
export function revive(model: CompiledModel): CompiledModel {
  if (model.kind !== 'trees') return model;
  const { weight, target, roots, depths, base, targets, slots } = model.tables;
  const words = model.tables.words.slice();
  const thresholds = new Float32Array(words.buffer);
  const tables = { words, thresholds, weight, target, roots, depths, base, targets, slots };
  return { kind: 'trees', columns: model.columns, link: model.link, tables };
}

/** The model without what `revive` makes again. */
export function slim(model: CompiledModel): CompiledModel {
  if (model.kind !== 'trees') return model;
  return { ...model, tables: { ...model.tables, thresholds: new Float32Array(0) } };
}

/** Largest difference between two lists of answers: NaN equals NaN, and is infinitely far from a number. */
export function worstDifference(ours: Float32Array, theirs: Float32Array): number {
  let worst = ours.length === theirs.length ? 0 : Number.POSITIVE_INFINITY;
  for (let at = 0; at < ours.length; at++) {
    const [a, b] = [ours[at] as number, theirs[at] as number];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const difference = Math.abs(a - b) / Math.max(1, Math.abs(b));
    worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return worst;
}
