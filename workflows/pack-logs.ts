import { setCurrentDetails } from '@temporalio/workflow';
import { logs } from './proxies.ts';

/**
 * Packs what gateways have logged since the run before, and removes what that run has packed: whoever had listed those segments has read them
 * by now.
 */
export async function packLogs(): Promise<{ readonly removed: number; readonly packed: number }> {
  const removed = await logs.removePackedSegments();
  const packed = await logs.packSegments();
  setCurrentDetails(`${packed} segments of the gateways' logs packed, ${removed} of the run before removed.`);
  return { removed, packed };
}
