import type { Http } from './http.ts';

/** Feature values by column; missing values are null or left out. */
export type Row = Readonly<Record<string, number | string | boolean | null>>;

export interface PredictOptions {
  /** Joins the label to the request later; made by the gateway when absent. One row only. */
  readonly id?: string;
  /** What the split hashes, so that one customer always gets the same version; the id by default. */
  readonly key?: string;
  /** Ask one version, outside of any split; logged, never counted. */
  readonly version?: number;
}

/** The gateway's answer as it came: `id`, `version`, `role`, and the prediction, per row. */
export type Prediction = Readonly<Record<string, unknown>>;

export async function predict(
  gateway: Http,
  model: string,
  rows: Row | readonly Row[],
  { id, key, version }: PredictOptions,
): Promise<Prediction> {
  const common = key === undefined ? {} : { key };
  const body = isList(rows)
    ? { rows: rows.map((features) => ({ features, ...common })) }
    : { features: rows, ...common, ...(id === undefined ? {} : { id }) };
  const ask = version === undefined ? {} : { headers: { 'x-model-version': String(version) } };
  return await gateway.post(`/v1/models/${encodeURIComponent(model)}/predict`, body, ask);
}

function isList(rows: Row | readonly Row[]): rows is readonly Row[] {
  return Array.isArray(rows);
}
