import { PerennialError } from '../errors/error.ts';
import { type AskOptuna, optunaAsk, parametersOf } from './optuna-ask.ts';
import { isOptuna } from './sampler-names.ts';
import type { Parameters } from './space.ts';
import { fromPrior, type SuggestionRequest, suggested, warmed } from './warm-start.ts';

/**
 * What a sweep tries next, by any sampler. Requests for Optuna are asked together, as each asking is a process.
 * @returns in the order of the requests
 * @throws PRN-SWEEP-002 Optuna is not installed · PRN-SWEEP-003 it gave no point of the space
 */
export async function suggestAll(
  requests: readonly SuggestionRequest[],
  askOptuna: AskOptuna,
): Promise<readonly Parameters[]> {
  const known = requests.map((request) => (isOptuna(request.sampler) ? fromPrior(request) : suggested(request)));
  const asks = requests.flatMap((request, at) => {
    const { sampler } = request;
    return isOptuna(sampler) && known[at] === null ? [optunaAsk({ ...request, sampler })] : [];
  });
  const answers = [...(asks.length > 0 ? await askOptuna(asks) : [])];
  return requests.map((request, at) => {
    const parametersKnown = known[at] ?? null;
    if (parametersKnown) return parametersKnown;
    const answer = answers.shift() ?? {};
    const parameters = parametersOf(request, answer);
    if (parameters) return request.warmStart ? warmed(request.space, parameters, request.warmStart) : parameters;
    const message = `Optuna's answer for trial ${request.trialNumber} is no point of the space: ${JSON.stringify(answer)}.`;
    throw new PerennialError('PRN-SWEEP-003', { message });
  });
}
