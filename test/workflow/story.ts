import { WorkflowUpdateFailedError } from '@temporalio/client';
import { expect } from 'vitest';
import type { Trigger } from '../../src/registry/registry.ts';

/** Words that the stories share. */

export const asOf = '2026-01-01T00:00:00.000Z';
export const byRob: Trigger = { kind: 'manual', by: 'rob' };

/** Waits in real time until the world has come that far; the test's own limit ends it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((tick) => setTimeout(tick, 20));
}

/** What the validator of an update answered. */
export async function refusal(update: Promise<unknown>): Promise<string> {
  const error = await update.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
  return String((error as WorkflowUpdateFailedError).cause?.message);
}

/** A door that answers of the world wait at until the test opens it. */
export function aDoor(): { readonly open: () => void; readonly opened: Promise<void> } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}
