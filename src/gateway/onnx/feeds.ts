import { Tensor } from 'onnxruntime-node';
import type { FeatureBatch, Signature } from '../predictor.ts';

/** One tensor [rows,1] per feature for the rows from `start` up to `end`: NaN and "" stand for missing values. */
export function feedsOf(signature: Signature, batch: FeatureBatch, start: number, end: number): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  const shape = [end - start, 1];
  for (const { name, type } of signature.features) {
    const column = batch.columns[name] ?? [];
    feeds[name] =
      type === 'numeric'
        ? new Tensor('float32', numbers(column, start, end), shape)
        : new Tensor('string', texts(column, start, end), shape);
  }
  return feeds;
}

function numbers(column: readonly (number | string | null)[], start: number, end: number): Float32Array {
  const values = new Float32Array(end - start);
  for (let row = start; row < end; row++) {
    const value = column[row];
    values[row - start] = typeof value === 'number' ? value : Number.NaN;
  }
  return values;
}

function texts(column: readonly (number | string | null)[], start: number, end: number): string[] {
  const values: string[] = new Array(end - start);
  for (let row = start; row < end; row++) {
    const value = column[row];
    values[row - start] = value === null || value === undefined ? '' : String(value);
  }
  return values;
}
