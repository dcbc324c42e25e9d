import type { RemoteFiles } from '../dataset/remote-files.ts';

/** What reads tables of S3; loaded only where one of these lies there. */
export async function remoteFiles(names: readonly string[], env: NodeJS.ProcessEnv): Promise<RemoteFiles | undefined> {
  if (!names.some((name) => /(^|,)\s*s3:\/\//i.test(name))) return undefined;
  const { openRemoteFiles } = await import('../platform/connect-storage.ts');
  const { PERENNIAL_S3_ENDPOINT, PERENNIAL_STATE } = env;
  return openRemoteFiles({
    ...(PERENNIAL_S3_ENDPOINT ? { PERENNIAL_S3_ENDPOINT } : {}),
    ...(PERENNIAL_STATE ? { PERENNIAL_STATE } : {}),
  });
}
