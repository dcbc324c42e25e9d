import type { Answer } from './answer.ts';
import type { FeatureRow, FeatureValue } from './features.ts';
import type { Signature } from './predictor.ts';
import type { RequestLogLine } from './request-log.ts';

/** One event, before it becomes a line. */
export interface AnsweredEvent {
  readonly at: string;
  readonly id: string;
  readonly model: string;
  readonly version: number;
  readonly role: RequestLogLine['role'];
  readonly rollout: string | null;
  readonly share: number;
  readonly latencyMs: number;
  readonly answer: Answer | null;
  /** Null when there is an answer. */
  readonly error: string | null;
  readonly signature: Signature;
  readonly row: FeatureRow;
  readonly sensitive: ReadonlySet<string>;
}

export function logLine(event: AnsweredEvent): RequestLogLine {
  return {
    at: event.at,
    id: event.id,
    model: event.model,
    version: event.version,
    role: event.role,
    rollout: event.rollout,
    share: event.share,
    ok: event.answer !== null,
    error: event.error,
    latencyMs: Math.round(event.latencyMs * 1e4) / 1e4,
    score: event.answer?.score ?? null,
    prediction: event.answer?.prediction ?? null,
    features: event.role === 'shadow' ? null : loggedFeatures(event),
  };
}

function loggedFeatures({ signature, row, sensitive }: AnsweredEvent): Record<string, FeatureValue> {
  const logged: Record<string, FeatureValue> = {};
  for (let index = 0; index < signature.features.length; index++) {
    const name = signature.features[index]?.name;
    if (name !== undefined && !sensitive.has(name)) logged[name] = row[index] ?? null;
  }
  return logged;
}
