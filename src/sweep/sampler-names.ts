/** Samplers that are made here: a suggestion takes milliseconds. */
export type OwnSampler = 'tpe' | 'random' | 'grid';
/** Samplers of Optuna: a suggestion is a Python process. */
export type OptunaSampler = 'optuna:gp' | 'optuna:cmaes' | 'optuna:nsga2';
export type Sampler = OwnSampler | OptunaSampler;

export function isOptuna(sampler: Sampler | undefined): sampler is OptunaSampler {
  return sampler?.startsWith('optuna:') ?? false;
}
