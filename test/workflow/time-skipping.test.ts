import { TestWorkflowEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { timeSkippingExecutable } from './time-skipping.ts';

it('a month passes in a moment on the time-skipping server', async () => {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: timeSkippingExecutable() },
  });
  try {
    const before = await environment.currentTimeMs();
    await environment.sleep('30d');
    expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(30 * 86_400_000);
  } finally {
    await environment.teardown();
  }
});
