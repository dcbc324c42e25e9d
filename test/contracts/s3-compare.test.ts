import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { s3Store } from '../../src/artifacts/s3/store.ts';
import { compareTables } from '../../src/drift/duckdb/compare-tables.ts';
import { openRemoteFiles } from '../../src/platform/connect-storage.ts';
import { cannotHaveS3Server, type S3Server, startS3Server } from '../fixtures/s3-server.ts';

const rows = 400;
const trips = (fare: (row: number) => number): Uint8Array =>
  new TextEncoder().encode(
    `fare,carrier\n${Array.from({ length: rows }, (_, row) => `${fare(row)},${'ABC'[row % 3]}\n`).join('')}`,
  );

describe.skipIf(cannotHaveS3Server())('tables in S3 that are compared', () => {
  let server: S3Server;
  let folder: string;
  beforeAll(async () => {
    server = await startS3Server();
    folder = await mkdtemp(join(tmpdir(), 'perennial-s3-compare-'));
    vi.stubEnv('AWS_ACCESS_KEY_ID', server.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', server.secretAccessKey);
    const { bucket, endpoint } = server;
    const tables = s3Store({ bucket, prefix: 'trips', endpoint, cacheFolder: join(folder, 'unused') });
    await tables.put(
      'january-1.csv',
      trips((row) => row),
    );
    await tables.put(
      'january-2.csv',
      trips((row) => row + 0.5),
    );
    await tables.put(
      'july.csv',
      trips((row) => row + 200),
    );
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const compare = (reference: string, current: string, store?: string) =>
    compareTables(
      {
        ...{ reference, current, base: folder, alpha: 0.05, minimumEffect: 0.05 },
        remote: openRemoteFiles({ PERENNIAL_S3_ENDPOINT: server.endpoint, PERENNIAL_STATE: folder }),
        ...(store === undefined ? {} : { store }),
      },
      { tempFolder: join(folder, 'temp') },
    );

  it('are a pattern on one side and an object on the other', async () => {
    const { bucket } = server;
    const found = await compare(`s3://${bucket}/trips/january-*.csv`, `s3://${bucket}/trips/july.csv`);
    expect(found.reference).toMatchObject({ files: 2, rows: 2 * rows });
    expect(found.columns.filter(({ drifted }) => drifted).map(({ column }) => column)).toEqual(['fare']);
  });

  it('can be kept as a reference here', async () => {
    const { bucket } = server;
    await compare(`s3://${bucket}/trips/january-1.csv`, `s3://${bucket}/trips/july.csv`, 'kept');
    const again = await compare('kept', `s3://${bucket}/trips/january-2.csv`);
    expect(again.columns.some(({ drifted }) => drifted)).toBe(false);
  });

  it('are an error that names what does not exist', async () => {
    const { bucket } = server;
    const july = `s3://${bucket}/trips/july.csv`;
    await expect(compare(`s3://${bucket}/trips/august.csv`, july)).rejects.toMatchObject({
      message: expect.stringContaining('august.csv'),
    });
    await expect(compare('s3://not-there/x.csv', july)).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-007' });
  });
});
