/** Sends a signal to every process of the group that `pid` leads; a group that is gone already is fine. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: nobody is left to be told.
  }
}

/** Asks the group to end, and after `graceMs` ends it, unless the timer that is returned was cleared. */
export function stopGroup(pid: number, graceMs: number): NodeJS.Timeout {
  killGroup(pid, 'SIGTERM');
  return setTimeout(() => killGroup(pid, 'SIGKILL'), graceMs).unref();
}
