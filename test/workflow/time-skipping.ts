import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EphemeralServerExecutable } from '@temporalio/testing';
import { cacheFolder, testServerFolder } from '../../scripts/setup/paths.mjs';

/**
 * What `TestWorkflowEnvironment.createTimeSkipping({ server: { executable } })` starts: the server that
 * `node scripts/setup.mjs --tests` fetched as a Java library, else the one that the Temporal SDK downloads.
 * Time moves for everybody on such a server: tests that share one must not run at the same time.
 */
export function timeSkippingExecutable(): EphemeralServerExecutable {
  const fetched = join(testServerFolder(), 'test-server');
  if (existsSync(fetched)) return { type: 'existing-path', path: fetched };
  return { type: 'cached-download', downloadDir: cacheFolder(), ttl: '30d' };
}
