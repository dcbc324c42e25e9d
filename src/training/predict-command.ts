import type { PredictCommand, TrainStage } from '../plan/schema.ts';

/** The program that answers for a version; null: the ONNX file that is served does. */
export function predictCommandOf({ record }: MadeByTrainer): PredictCommand | null {
  const trainer = record?.trainer;
  return typeof trainer === 'object' ? (trainer.predict ?? null) : null;
}

interface MadeByTrainer {
  readonly record?: { readonly trainer: TrainStage['trainer'] } | null;
}

/** How such a version is marked wherever people see it. */
export const scoredByCommand = 'scored by its own predict command, not from ONNX';

/** Why such a version goes no further than its evaluation. */
export function notServed(model: string, version: number): string {
  return `${model}@${version} is ${scoredByCommand}: no gateway can serve it.`;
}
