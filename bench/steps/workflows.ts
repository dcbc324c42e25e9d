import { proxyActivities } from '@temporalio/workflow';

/** The same shapes without Perennial: what bare Temporal costs. */

const { nothing } = proxyActivities<{ nothing(): Promise<null> }>({ startToCloseTimeout: '1 minute' });

export async function chain(steps: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) await nothing();
}

export async function fan(steps: number): Promise<void> {
  await Promise.all(Array.from({ length: steps }, () => nothing()));
}
