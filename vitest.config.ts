import { defineConfig } from 'vitest/config';

// What starts servers or kills processes runs after the rest, one file at a time: two cores cannot do more honestly.
const alone = {
  servers: ['test/contracts/**/*.test.ts', 'test/unit/{api,cli,client}/**/*.test.ts'],
  workflow: ['test/workflow/**/*.test.ts'],
  replay: ['test/replay/**/*.test.ts'],
  e2e: ['test/e2e/**/*.test.ts'],
  chaos: ['test/chaos/**/*.test.ts'],
  cloud: ['test/cloud/**/*.test.ts'],
  calibration: ['test/calibration/**/*.test.ts'],
};

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...Object.values(alone).flat(), 'test/repository/planted/**'],
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      ...Object.entries(alone).map(([name, include], index) => ({
        test: {
          name,
          include,
          // The scenarios of the cloud wait for machines more than they compute: the other files run beside them.
          maxWorkers: name === 'cloud' ? 2 : 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: index + 1 },
        },
      })),
    ],
  },
});
