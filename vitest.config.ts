import { defineConfig } from 'vitest/config';

// What starts servers or kills processes runs after the rest, one file at a time: two cores cannot do more honestly.
const alone = ['workflow', 'replay', 'e2e', 'chaos', 'cloud'];

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...alone.map((folder) => `test/${folder}/**`), 'test/repository/planted/**'],
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      ...alone.map((name, index) => ({
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: index + 1 },
        },
      })),
    ],
  },
});
