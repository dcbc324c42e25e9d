/** Tells the supervisor, if there is one, that this program answers; and ends with it, however it died. */
export function announceReady(): void {
  process.send?.('ready');
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // Listening must not keep a program alive that has finished.
  process.channel?.unref();
}
