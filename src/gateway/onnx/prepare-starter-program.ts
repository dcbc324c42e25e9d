import { fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { StartOrder, StartReply } from './prepare-starter.ts';

const longestMs = 120_000;

// The small process that starts programs in the gateway's place. They inherit its priority: requests come first from the first instruction on.
// Each takes one core, V8's own threads included: on a small machine another one is left for requests.
if (process.send !== undefined) {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  process.on('message', start);
  process.on('disconnect', () => process.exit(0));
}

function start({ call, program, task }: StartOrder): void {
  const child = fork(program, [], {
    serialization: 'advanced',
    execArgv: ['--single-threaded'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const late = setTimeout(() => child.kill('SIGKILL'), longestMs);
  let ended = false;
  const end = (why: string | null): void => {
    if (ended) return;
    ended = true;
    clearTimeout(late);
    const reply: StartReply = { call, why };
    process.send?.(reply);
  };
  child.once('message', () => end(null));
  child.once('error', (error) => end(error.message));
  child.once('exit', (status, signal) => end(`preparing ended with ${signal ?? status}`));
  child.send(task, () => undefined);
}
