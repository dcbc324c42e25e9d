import { afterAll, beforeAll, expect, it } from 'vitest';
import { attemptKey, logKey } from '../../../src/training/keys.ts';
import { type ServersWithRun, startServersWithRun } from '../client/with-run.ts';
import { perennial, type TerminalOptions } from './fake-terminal.ts';

let servers: ServersWithRun;
let run: string;
beforeAll(async () => {
  servers = await startServersWithRun();
  await servers.as('operator').retrain('delays');
  const { runId } = await servers.temporal.client.workflow.getHandle('retrain:delays').describe();
  run = await servers.register('retrain:delays', runId);
  await begin('a1-1', '2013-11-20T00:00:00.000Z', ['one\n', 'two\n']);
  await begin('a2-1', '2013-11-20T01:00:00.000Z', ['resumed\n', null, null, 'last\n']);
});
afterAll(() => servers.stop());

const jobOf = () => ({ model: 'delays', run, stage: 'fit', trial: null });

/** What an attempt leaves in the object store; null is a part that is not kept. */
async function begin(attempt: string, startedAt: string, parts: readonly (string | null)[]): Promise<void> {
  const record = { stage: 'fit', trial: null, attempt, startedAt, host: 'gpu-1' };
  await servers.store.put(attemptKey(jobOf(), attempt), Buffer.from(JSON.stringify(record)));
  for (const [index, text] of parts.entries()) {
    if (text !== null) await servers.store.put(logKey(jobOf(), attempt, index + 1), Buffer.from(text));
  }
}

const logs = (argv: readonly string[], options: TerminalOptions = {}) =>
  perennial(['logs', ...argv], {
    env: { PERENNIAL_API_URL: servers.api.url, PERENNIAL_TOKEN: 'viewer-token' },
    ...options,
  });

it('shows the newest attempt of a model’s run, with a line where its middle is not kept', async () => {
  const { code, stdout } = await logs(['delays']);
  expect(code).toBe(0);
  expect(stdout).toBe(
    '── delays-r1 fit a2-1 on gpu-1, begun 2013-11-20 01:00:00 UTC, one of 2 attempts ──\nresumed\n' +
      '[perennial: the log is too long; parts 2 to 3 of its middle are not kept]\nlast\n',
  );
});

it('shows an earlier attempt by its label, and names those that there are for a wrong one', async () => {
  expect((await logs([run, 'fit', '--attempt', 'a1-1'])).stdout).toContain('\none\ntwo\n');
  const wrong = await logs([run, '--attempt', 'a9']);
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain('there is a1-1, a2-1');
});

it('says that a stage has trained nothing yet', async () => {
  expect((await logs([run, 'other'])).stdout).toBe('delays-r1 has trained nothing in stage other yet.\n');
});

it('follows what is still being said, on to the next machine, until it is left', async () => {
  const onReady = (interrupt: () => void) => {
    setTimeout(() => void servers.store.put(logKey(jobOf(), 'a2-1', 5), Buffer.from('killed here\n')), 300);
    setTimeout(() => void begin('a3-1', '2013-11-20T02:00:00.000Z', ['on machine 3\n']), 1_500);
    setTimeout(interrupt, 4_500);
  };
  const { stdout } = await logs([run, '-f'], { onReady });
  expect(stdout).toMatch(/last\nkilled here\n── delays-r1 fit a3-1 .*──\non machine 3\nDetached/);
});
