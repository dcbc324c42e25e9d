import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { ColumnTable } from '../../dataset/dataset.ts';
import { PerennialError } from '../../errors/error.ts';
import type { Signature } from '../../gateway/predictor.ts';
import type { LoadTester } from '../load-test.ts';
import type { LoadOutcome, LoadTask } from './messages.ts';
import { programPath } from './program-path.ts';

/** More different rows make no difference to a model. */
const bodiesAtMost = 1_000;

/** Runs the load in a process of its own, which ends with this one. */
export const loadTester: LoadTester = {
  async run({ versions, rows, plan }) {
    const [first] = versions;
    if (!first || rows.rows === 0) return [];
    const task: LoadTask = { versions, bodies: bodiesOf(rows, first.version.signature), plan };
    const child = fork(programPath('load-program'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.send(task);
    const died = once(child, 'exit').then((): LoadOutcome => ({ kind: 'failed', message: 'its process ended' }));
    const outcome = await Promise.race([once(child, 'message').then(([said]) => said as LoadOutcome), died]);
    if (outcome.kind === 'results') return outcome.results;
    throw new PerennialError('PRN-GATEWAY-006', { message: `The load test failed: ${outcome.message}` });
  },
};

/** Each row as a client would send it. */
function bodiesOf({ rows, columns }: ColumnTable, { features }: Signature): string[] {
  const ids = columns.id ?? [];
  return Array.from({ length: Math.min(rows, bodiesAtMost) }, (_, row) =>
    JSON.stringify({
      id: String(ids[row] ?? row),
      features: Object.fromEntries(features.map(({ name }) => [name, columns[name]?.[row] ?? null])),
    }),
  );
}
