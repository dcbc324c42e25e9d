import { watchSpotNotice } from '../src/compute/ec2/spot-notice.ts';
import { temporalCredential } from '../src/compute/ec2/temporal-credential.ts';

/** What a training worker does differently on a machine that was rented for one job. */

/** The key comes by the machine's own role: user-data, which many may read, holds only its name. */
export async function adoptTemporalCredential(): Promise<void> {
  const name = process.env.PERENNIAL_TEMPORAL_CREDENTIAL;
  if (name) process.env.TEMPORAL_API_KEY = await temporalCredential(name);
}

/** Aborts when the cloud announces that it takes the machine back, some two minutes ahead. */
export function interruptionBySpotNotice(): AbortSignal {
  const interruption = new AbortController();
  void watchSpotNotice({ signal: new AbortController().signal }).then((watch) => {
    if (watch.kind === 'interrupted') interruption.abort(new Error(`spot notice: ${watch.action} at ${watch.time}`));
  });
  return interruption.signal;
}
