import type { Client } from '@temporalio/client';
import {
  extendSweepUpdate,
  pauseSweepUpdate,
  type SweepCommand,
  type SweepProgress,
  setParallelUpdate,
  stopSweepUpdate,
  sweepProgressQuery,
} from '../../../workflows/messages.ts';
import type { RunRecord } from '../../registry/registry.ts';
import { callTemporal } from './call.ts';

/** Which sweep: a stage that is tried again has another one. */
export interface SweepKey {
  readonly record: Pick<RunRecord, 'run' | 'workflowId'>;
  readonly stage: string;
  readonly attempt: number;
}

export type SweepOrder =
  | { readonly kind: 'extend'; readonly command: SweepCommand & { readonly trials: number } }
  | { readonly kind: 'pause'; readonly command: SweepCommand & { readonly paused: boolean } }
  | { readonly kind: 'stop'; readonly command: SweepCommand }
  | { readonly kind: 'parallel'; readonly command: SweepCommand & { readonly parallel: number } };

/** @throws PRN-API-004 no such sweep · PRN-API-012 no worker answers, or the sweep is of a release that tells nothing */
export async function sweepProgress(client: Client, key: SweepKey, timeoutMs = 5_000): Promise<SweepProgress> {
  const options = { about: aboutOf(key), answeredBy: 'workflow', timeoutMs } as const;
  return await callTemporal(client, options, () => handleOf(client, key).query(sweepProgressQuery));
}

/** @throws PRN-API-004 no such sweep is open · PRN-API-008 with the validator's words */
export async function orderSweep(client: Client, key: SweepKey, order: SweepOrder): Promise<string> {
  const options = { about: aboutOf(key), answeredBy: 'workflow', timeoutMs: 15_000 } as const;
  const handle = handleOf(client, key);
  return await callTemporal(client, options, () => {
    switch (order.kind) {
      case 'extend':
        return handle.executeUpdate(extendSweepUpdate, { args: [order.command] });
      case 'pause':
        return handle.executeUpdate(pauseSweepUpdate, { args: [order.command] });
      case 'stop':
        return handle.executeUpdate(stopSweepUpdate, { args: [order.command] });
      case 'parallel':
        return handle.executeUpdate(setParallelUpdate, { args: [order.command] });
    }
  });
}

const aboutOf = ({ record, stage }: SweepKey) => `sweep ${stage} of ${record.run}`;

function handleOf(client: Client, { record, stage, attempt }: SweepKey) {
  return client.workflow.getHandle(`${record.workflowId}/${record.run}/${stage}/${attempt}`);
}
