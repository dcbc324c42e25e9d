import type { FeatureBatch, Predictor, Scores } from './predictor.ts';

/** A predictor that is never asked for more than so many rows at once. */
export function inParts(predictor: Predictor, mostRows: number): Predictor {
  return {
    async predict(batch) {
      const parts: Scores[] = [];
      for (let from = 0; from < Math.max(1, batch.rows); from += mostRows)
        parts.push(await predictor.predict(slice(batch, from, Math.min(batch.rows, from + mostRows))));
      const width = parts[0]?.width ?? 1;
      const values = new Float32Array(batch.rows * width);
      for (const [index, part] of parts.entries()) values.set(part.values, index * mostRows * width);
      return { rows: batch.rows, width, values };
    },
    close: () => predictor.close(),
  };
}

function slice({ columns }: FeatureBatch, from: number, to: number): FeatureBatch {
  return {
    rows: to - from,
    columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values.slice(from, to)])),
  };
}
