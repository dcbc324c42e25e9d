import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** What `npm run bench:compute` measures against the cloud that boots; no suite runs it. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../../..'),
    include: ['test/cloud/figures/*.figures.ts'],
    pool: 'forks',
    maxWorkers: 1,
    // Trainings side by side share the cores with the platform that is measured.
    maxConcurrency: 2,
    testTimeout: 400_000,
    hookTimeout: 120_000,
  },
});
