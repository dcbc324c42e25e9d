import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckDetail, CheckStarted } from '../api/wire.ts';
import { isPerennialError, PerennialError } from '../errors/error.ts';
import type { Http } from './http.ts';

export interface CheckOptions {
  /** A day or an ISO instant; now by default. */
  readonly asOf?: string;
  readonly timeoutMs?: number;
}

/** Starts the check and asks until it has ended: no request stays open for minutes. */
export async function runCheck(
  api: Http,
  model: string,
  { asOf, timeoutMs = 15 * 60_000 }: CheckOptions,
): Promise<CheckDetail & { readonly asOf: string }> {
  const path = `/v1/models/${encodeURIComponent(model)}/checks`;
  const started = await api.post<CheckStarted>(path, asOf === undefined ? {} : { asOf });
  for (let waitedMs = 0; waitedMs <= timeoutMs; waitedMs += 500) {
    const detail = await look(api, `${path}/${encodeURIComponent(started.asOf)}`);
    if (detail?.state === 'done') return { ...detail, asOf: started.asOf };
    if (detail?.state === 'failed') throw failed(started.workflowId, detail.failure);
    await sleep(500);
  }
  const message = `${started.workflowId} is still running after ${timeoutMs / 1_000} s.`;
  throw new PerennialError('PRN-API-012', { message });
}

/** Null when the API could not tell just now: the check itself goes on, so it is asked again. */
async function look(api: Http, path: string): Promise<CheckDetail | null> {
  try {
    return await api.get<CheckDetail>(path, { query: { live: true } });
  } catch (error) {
    if (isPerennialError(error) && error.retryable) return null;
    throw error;
  }
}

function failed(workflowId: string, why: string | null): PerennialError {
  return new PerennialError('PRN-API-008', {
    message: `${workflowId} failed: ${why ?? 'without a reason'}`,
    hint: 'See its history in Temporal UI; the data source is the usual cause.',
  });
}
