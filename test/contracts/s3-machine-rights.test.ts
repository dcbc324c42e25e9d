import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FullObjectStore } from '../../src/artifacts/object-store.ts';
import { s3Store } from '../../src/artifacts/s3/store.ts';
import { machineRights } from '../fixtures/machine-rights.ts';
import { cannotHaveS3Server, type S3Server, startS3Server } from '../fixtures/s3-server.ts';

const arnOf = (machine: string) => `arn:aws:ec2:us-east-1:123456789012:instance/${machine}`;
const workspaceOf = (machine: string) => `machines/${arnOf(machine)}`;
const run = 'models/flights/runs/r1/boosted/single';
const snapshot = 'models/flights/snapshots/s1/train.parquet';
const bytes = (text: string) => new TextEncoder().encode(text);
const text = async (content: Promise<Uint8Array>) => Buffer.from(await content).toString();

describe.skipIf(cannotHaveS3Server())('the rights of a machine on a real S3 server', () => {
  let server: S3Server;
  let folder: string;
  let control: FullObjectStore;
  /** The whole store, and its own workspace, as machine A reaches them. */
  let [whole, own]: FullObjectStore[] = [];

  beforeAll(async () => {
    server = await startS3Server();
    folder = await mkdtemp(join(tmpdir(), 'perennial-rights-'));
    const [a, b] = ['i-a', 'i-b'].map((machine) => ({ accessKeyId: machine, secretAccessKey: `secret-of-${machine}` }));
    const rights = ['i-a', 'i-b'].map((machine) =>
      machineRights(machine, { bucket: server.bucket, prefix: 'team', model: 'flights', arn: arnOf(machine) }),
    );
    if (a && b) await server.admit([a, b], { Version: '2012-10-17', Statement: rights.flat() });
    vi.stubEnv('AWS_REGION', server.region);
    control = await storeOf(server, '');
    await control.put(snapshot, bytes('rows'));
    await control.put('models/parcels/snapshots/s1/train.parquet', bytes('rows'));
    await control.put(`${run}/checkpoints/a1-1/step-5.json`, bytes('{}'));
    for (const machine of ['i-a', 'i-b']) await control.put(`${workspaceOf(machine)}/${run}/seed`, bytes(machine));
    if (a) [whole, own] = [await storeOf(a, ''), await storeOf(a, `/${workspaceOf('i-a')}`)];
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The SDK takes credentials at the first request and keeps them. */
  async function storeOf(
    keys: { readonly accessKeyId: string; readonly secretAccessKey: string },
    below: string,
  ): Promise<FullObjectStore> {
    vi.stubEnv('AWS_ACCESS_KEY_ID', keys.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', keys.secretAccessKey);
    const { bucket, endpoint } = server;
    const store = s3Store({ bucket, prefix: `team${below}`, endpoint, cacheFolder: join(folder, 'cache') });
    await store.has('nothing').catch(() => false);
    return store;
  }

  it('are enough for all that it does: its snapshot, and everything in its workspace', async () => {
    expect(await readFile((await whole?.localPath(snapshot)) ?? '', 'utf8')).toBe('rows');
    expect(await text(own?.get(`${run}/seed`) ?? Promise.reject())).toBe('i-a');
    expect(await own?.list(`${run}/`)).toEqual([`${run}/seed`]);
    expect(await own?.has(`${run}/result.json`)).toBe(false);
    await expect(own?.get(`${run}/result.json`)).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-001' });
    const large = new Uint8Array(17 * 2 ** 20).fill(7);
    expect(await own?.put(`${run}/a1-1/model.onnx`, large, { ifAbsent: true })).toBe('written');
    expect(await own?.put(`${run}/a1-1/model.onnx`, large, { ifAbsent: true })).toBe('exists');
    await own?.put(`${run}/checkpoints/a1-1/step-1.json`, bytes('{}'), { ifAbsent: true });
    await own?.remove(`${run}/checkpoints/a1-1/step-1.json`);
    expect(await control.has(`${workspaceOf('i-a')}/${run}/checkpoints/a1-1/step-1.json`)).toBe(false);
  });

  it.each([
    ['another machine', `${workspaceOf('i-b')}/${run}/seed`],
    ['its own run', `${run}/checkpoints/a1-1/step-5.json`],
    ['another model', 'models/parcels/snapshots/s1/train.parquet'],
  ])('do not reach %s', async (_, key) => {
    const refused = { code: 'PRN-ARTIFACTS-008' };
    await expect(whole?.get(key)).rejects.toMatchObject(refused);
    await expect(whole?.localPath(key)).rejects.toMatchObject(refused);
    await expect(whole?.put(key, bytes('mine'))).rejects.toMatchObject(refused);
    await expect(whole?.remove(key)).rejects.toMatchObject(refused);
    expect(await text(control.get(key))).not.toBe('mine');
  });

  it('do not show who else is there', async () => {
    for (const prefix of ['', 'machines/', `${workspaceOf('i-b')}/`, 'models/'])
      await expect(whole?.list(prefix), prefix).rejects.toMatchObject({ code: 'PRN-ARTIFACTS-008' });
  });
});
