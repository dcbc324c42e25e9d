/** Sends a signal to every process of the group that `pid` leads; a group that is gone already is fine. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: nobody is left to be told.
  }
}

/** Asks the group to end, and after `graceMs` ends it. */
export function stopGroup(pid: number, graceMs: number): void {
  killGroup(pid, 'SIGTERM');
  setTimeout(() => killGroup(pid, 'SIGKILL'), graceMs).unref();
}
