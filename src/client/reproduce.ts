import { setTimeout as sleep } from 'node:timers/promises';
import type { ReproductionDetail, ReproductionStarted } from '../api/wire.ts';
import { isPerennialError, PerennialError } from '../errors/error.ts';
import type { Reproduction } from '../reproduce/compare.ts';
import type { Http } from './http.ts';

/** Has the version trained again, and asks until that has ended: trainings take hours. */
export async function runReproduction(api: Http, model: string, version: number): Promise<Reproduction> {
  const path = `/v1/models/${encodeURIComponent(model)}/versions/${version}/reproduction`;
  const { workflowId } = await api.post<ReproductionStarted>(path);
  for (;;) {
    const detail = await look(api, path);
    if (detail?.state === 'done' && detail.result) return detail.result;
    if (detail?.state === 'failed')
      throw new PerennialError('PRN-API-008', {
        message: `${model}@${version} was not trained again: ${detail.failure ?? 'without a reason'}`,
        hint: `See the history of ${workflowId} in Temporal UI.`,
      });
    await sleep(500);
  }
}

/** Null when the API could not tell just now: the training itself goes on, so it is asked again. */
async function look(api: Http, path: string): Promise<ReproductionDetail | null> {
  try {
    return await api.get<ReproductionDetail>(path);
  } catch (error) {
    if (isPerennialError(error) && error.retryable) return null;
    throw error;
  }
}
