import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { filesystemStore } from '../../src/artifacts/filesystem/store.ts';
import { s3Store } from '../../src/artifacts/s3/store.ts';
import { duckdbDatasets } from '../../src/dataset/duckdb/datasets.ts';
import { openRemoteFiles } from '../../src/platform/connect-storage.ts';
import { cannotHaveS3Server, type S3Server, startS3Server } from '../fixtures/s3-server.ts';
import { tripsModel } from '../unit/dataset/duckdb/workspace.ts';

const window = { from: '2024-03-05T00:00:00Z', to: '2024-03-08T00:00:00Z' };
const asOf = '2024-03-20T00:00:00Z';
const day = (date: string, trips: readonly string[]): Uint8Array =>
  new TextEncoder().encode(`trip,departure\n${trips.map((trip) => `${trip},${date}T12:00:00Z\n`).join('')}`);

describe.skipIf(cannotHaveS3Server())('a source in S3', () => {
  let server: S3Server;
  let folder: string;
  beforeAll(async () => {
    server = await startS3Server();
    folder = await mkdtemp(join(tmpdir(), 'perennial-s3-source-'));
    vi.stubEnv('AWS_ACCESS_KEY_ID', server.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', server.secretAccessKey);
    const { bucket, endpoint } = server;
    const source = s3Store({ bucket, prefix: 'trips', endpoint, cacheFolder: join(folder, 'unused') });
    await source.put('2024-03-05.csv', day('2024-03-05', ['a', 'b']));
    await source.put('2024-03-07.csv', day('2024-03-07', ['c']));
    await source.put('2024-03-07.csv.old', day('2024-03-07', ['x']));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const read = (uri: string) => {
    const remote = openRemoteFiles({ PERENNIAL_S3_ENDPOINT: server.endpoint, PERENNIAL_STATE: folder });
    const datasets = duckdbDatasets({ store: filesystemStore(folder), tempFolder: join(folder, 'temp'), remote });
    const file = tripsModel({ source: { format: 'csv', uri } });
    return datasets.readWindow({ file, base: '/nowhere', window, asOf });
  };

  it('is read day by day, and a day without an object is missing', async () => {
    const { table, missingDays } = await read(`s3://${server.bucket}/trips/{date}.csv`);
    expect(table.columns.trip).toEqual(['a', 'b', 'c']);
    expect(missingDays).toEqual(['2024-03-06']);
  });

  it('may be a pattern', async () => {
    const { table } = await read(`s3://${server.bucket}/trips/2024-*-0[57].csv`);
    expect(table.columns.trip).toEqual(['a', 'b', 'c']);
  });

  it('is an error where nothing matches, and where the bucket does not exist', async () => {
    const nothing = { code: 'PRN-DATASET-001', message: expect.stringContaining('trips/*.json') };
    await expect(read(`s3://${server.bucket}/trips/*.json`)).rejects.toMatchObject(nothing);
    await expect(read('s3://not-there/trips/*.csv')).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-007' });
  });
});
