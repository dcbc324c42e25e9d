/**
 * One line per answered (or mirrored) request. Segments are NDJSON objects `requests/<model>/<YYYY-MM-DD>/<gateway>-<sequence>.ndjson`,
 * written at most a second after the answer; labels lie in `labels/<model>/<YYYY-MM-DD>/<gateway>-<sequence>.ndjson`. After an hour they are
 * packed as Parquet (`log-packs.ts`).
 */
export interface RequestLogLine {
  readonly at: string;
  /** The caller's request id (`id` in the body or x-request-id), else made by the gateway; labels are joined by it. */
  readonly id: string;
  readonly model: string;
  readonly version: number;
  readonly role: 'stable' | 'canary' | 'shadow' | 'adhoc';
  readonly rollout: string | null;
  /** Canary share at the moment of assignment: recorded with every event, or the tests are not valid. */
  readonly share: number;
  readonly ok: boolean;
  readonly error: string | null;
  readonly latencyMs: number;
  /** Probability of the last class, or the regression value; null on error. */
  readonly score: number | null;
  readonly prediction: string | number | null;
  /** Who asked, where callers show a key. */
  readonly consumer?: string;
  /** The caller was told not to act on the answer: such rows show what happens without the model. */
  readonly holdback?: true;
  /** Feature values as received; sensitive columns left out. Shadow lines leave it empty: the stable line with the same id has them. */
  readonly features: Readonly<Record<string, number | string | null>> | null;
}

export interface LabelLine {
  readonly at: string;
  readonly id: string;
  readonly model: string;
  readonly label: string | number;
}
