import { spawn } from 'node:child_process';

/*
 * Waits on its standard input. A line means that all is well; the end of the input means that the process at the other
 * end of the pipe is gone, however it died, and that nobody will stop the group any more.
 */
const script = `
if read -r word; then exit 0; fi
kill -s TERM -- "-$1" 2>/dev/null || exit 0
waited=0
while [ "$waited" -lt "$2" ] && kill -s 0 -- "-$1" 2>/dev/null; do sleep 1; waited=$((waited + 1)); done
kill -s KILL -- "-$1" 2>/dev/null
exit 0
`;

export interface Guard {
  /** To be called when the group has ended. */
  release(): void;
}

/**
 * Has the process group stopped (SIGTERM, then SIGKILL after `graceMs`) if this process dies, even by SIGKILL. A shell in a
 * session of its own does it, so that it works for trainers in any language and on any POSIX system.
 */
export function guardGroup(pid: number, graceMs: number): Guard {
  const seconds = String(Math.ceil(graceMs / 1000));
  const shell = spawn('/bin/sh', ['-c', script, 'perennial-guard', String(pid), seconds], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.unref();
  // Where there is no shell there is no guard; training goes on without it.
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  return { release: () => shell.stdin.end('done\n') };
}
