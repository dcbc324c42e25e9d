import { canonicalJson } from '../plan/canonical.ts';
import type { TrainStage } from '../plan/schema.ts';
import type { TrainRequest } from '../training/request.ts';

/**
 * All that decides what a training makes, by name, as texts: equal ingredients make an equal result. Numbers and words of nested
 * settings have a line each (`parameters.max_depth`), so that a difference can be named.
 */
export type Ingredients = Readonly<Record<string, string>>;

/** What a training is made of beside its data and its settings. */
export interface TrainerCode {
  /** sha256 of the trainer's own files and of the library that all trainers use. */
  readonly code: string;
  /** sha256 of the names and versions of what is installed. */
  readonly environmentLock: string;
}

export interface CacheableTraining {
  readonly request: TrainRequest;
  /** Null: trained once. */
  readonly sweep: TrainStage['sweep'] | null;
  /** By which a sweep chooses. */
  readonly metric: string | null;
  /** Queue or image, as machines may have other packages than the one that asks. */
  readonly machine: string;
}

/**
 * Who asks, when, how often checkpoints are saved and how long it may take are no ingredients. Neither is where a sweep begins to
 * look: parameters of earlier sweeps are a hint, and would differ with every run.
 */
export function ingredientsOf(training: CacheableTraining, { code, environmentLock }: TrainerCode): Ingredients {
  const { request, sweep, metric, machine } = training;
  const { snapshot, task, features, columns, trainer, parameters, seed, device, crossValidation } = request;
  return {
    snapshot: snapshot.id,
    code,
    environment: environmentLock,
    seed: String(seed),
    task,
    device,
    machine,
    trainer: canonicalJson(trainer),
    features: canonicalJson(Object.entries(features).map(([name, { type }]) => [name, type])),
    ...flattened('columns', columns),
    ...flattened('parameters', parameters),
    ...flattened('crossValidation', crossValidation ?? null),
    ...flattened('sweep', sweep ?? null),
    ...(sweep ? { metric: metric ?? '' } : {}),
  };
}

/** The key of the cache is the sha256 of this. */
export function keyText(model: string, ingredients: Ingredients): string {
  return canonicalJson({ format: 1, model, ingredients });
}

/** Leaves by their path; what is empty or absent has none. */
export function flattened(name: string, value: unknown): Record<string, string> {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object') return { [name]: String(value) };
  return Object.fromEntries(
    Object.entries(value).flatMap(([part, each]) => Object.entries(flattened(`${name}.${part}`, each))),
  );
}
