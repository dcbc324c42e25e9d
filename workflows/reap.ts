import { patched, setCurrentDetails } from '@temporalio/workflow';
import { machineEnds, workspaceClearing } from './proxies.ts';

/**
 * The last of three killers: ends every machine that has outlived its deadline or its run. It looks only at tags and at the registry,
 * so that it also finds what a lost answer or a terminated workflow has left behind.
 */
export async function reap(): Promise<{ readonly reaped: readonly string[] }> {
  const reaped = await machineEnds.reapMachines();
  if (patched('workspaces')) await workspaceClearing.clearWorkspaces().catch(() => undefined);
  setCurrentDetails(
    reaped.length === 0
      ? 'Every machine belongs to an open run.'
      : reaped.map(({ machine, run, why }) => `- **${machine}** of ${run}: ${why}`).join('\n'),
  );
  return { reaped: reaped.map(({ machine }) => machine) };
}
