import { gaussianProcess, type Known } from './gaussian-process.ts';
import { lossIn, type Prior } from './prior.ts';
import { mostPromising } from './promising.ts';
import { randomFor } from './random.ts';
import { lossOf, type SuggestRequest } from './sampler.ts';
import { type Dimension, dimensionsOf, type Parameters, pointOf } from './space.ts';

/** The first so many trials ask the prior; after them a sweep knows enough of its own. */
export const trialsWithPrior = 20;

/**
 * Where a sweep that has a prior looks next: where the improvement on today's best is expected to be largest, by a Gaussian process of
 * earlier and of today's trials. Until today's results have spoken for or against the prior, every second trial is the sampler's own, as
 * a prior is judged by places that it does not praise; once they have spoken against it, all are. A function of its arguments alone.
 * @returns null where the sampler is to decide
 */
export function priorPoint(request: SuggestRequest, prior: Prior): Parameters | null {
  const { space, seed, trialNumber } = request;
  const dimensions = dimensionsOf(space);
  if (trialNumber >= trialsWithPrior) return null;
  const earlier = earlierTrials(dimensions, prior);
  const today = todaysTrials(dimensions, request, prior.unit);
  const process = gaussianProcess(dimensions, prior.kernel, [...earlier, ...today]);
  const alone = gaussianProcess(dimensions, prior.kernel, today);
  const verdict = verdictOn(process.logLikelihood(earlier.length) - alone.logLikelihood(0));
  const isOwnTurn = trialNumber % 2 === 1;
  if (verdict === 'misleads' || (verdict === 'open' && isOwnTurn)) return null;
  const believed = request.running.flatMap((parameters): Known[] => {
    const point = pointOf(dimensions, parameters);
    return point ? [{ point, loss: process.predict(point).mean, age: 0 }] : [];
  });
  const known = [...today, ...believed];
  const searched = believed.length > 0 ? gaussianProcess(dimensions, prior.kernel, [...earlier, ...known]) : process;
  const begin = [...best(known, 3), ...best(earlier, 5)].map(({ point }) => point);
  const least = Math.min(0, ...believed.map(({ loss }) => loss));
  return mostPromising(dimensions, request, { begin, least, process: searched, random: randomFor(seed, trialNumber) });
}

/**
 * @param evidence by how much, as a natural logarithm, today's results are likelier with the prior than without. Against a prior little is
 *   asked for, as to lose it costs a few trials, and to believe a wrong one costs them all
 */
function verdictOn(evidence: number): 'holds' | 'open' | 'misleads' {
  if (evidence > 3) return 'holds';
  return evidence < -1 ? 'misleads' : 'open';
}

function earlierTrials(dimensions: readonly Dimension[], { trials }: Prior): Known[] {
  return trials.flatMap(({ parameters, loss, age }) => {
    const point = pointOf(dimensions, parameters);
    return point ? [{ point, loss, age }] : [];
  });
}

/** In units of the prior, over the best of today; one that failed counts as the worst, and as no better than a middling one. */
function todaysTrials(
  dimensions: readonly Dimension[],
  { observations, direction = 'maximize' }: SuggestRequest,
  unit: number,
): Known[] {
  const raw = observations.map((observation) => lossOf(observation, direction));
  const best = Math.min(...raw);
  const losses = raw.map((each) => (Number.isFinite(each) ? lossIn(unit, each - best) : Number.NaN));
  const worst = Math.max(1, ...losses.filter((loss) => !Number.isNaN(loss)));
  return observations.flatMap(({ parameters }, at) => {
    const point = pointOf(dimensions, parameters);
    const loss = losses[at] as number;
    return point ? [{ point, loss: Number.isNaN(loss) ? worst : loss, age: 0 }] : [];
  });
}

const best = (known: readonly Known[], atMost: number) => known.toSorted((a, b) => a.loss - b.loss).slice(0, atMost);
