/** Whether a version's artifact is no folder of the object store but a server that has the model. */
export function isUpstream(artifact: string): boolean {
  return /^https?:\/\//.test(artifact);
}
