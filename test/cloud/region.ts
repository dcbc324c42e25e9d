import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeImagesCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { openSandbox, type Running, repository, type Sandbox, startRunning } from '../e2e/sandbox.ts';
import { type S3Server, startS3Server } from '../fixtures/s3-server.ts';
import { type Cloud, startCloud } from './cloud.ts';

/** An S3 server, a cloud whose machines boot, and an embedded platform that may rent there: everything a run needs, nothing faked in between. */
export interface Region extends Running {
  readonly cloud: Cloud;
  readonly sandbox: Sandbox;
  /** Applies rented.model.json under a name of its own; `change` works on its text. */
  apply(model: string, change?: (text: string) => string): Promise<void>;
  stop(): Promise<void>;
}

export async function openRegion(): Promise<Region> {
  const s3 = await startS3Server();
  const cloud = await startCloud({
    forward: [Number(new URL(s3.endpoint).port), ...temporalPorts()],
    instanceProfiles: ['perennial-machine'],
    roleKeys: s3,
    guestEnv: { PERENNIAL_PYTHON: join(repository, '.venv', 'bin', 'python') },
    pendingSeconds: 0.2,
    shuttingDownSeconds: 0.2,
    unseenSeconds: 0.3,
  });
  const sandbox = await openSandbox('test/cloud/rented.model.json');
  const before = { ...process.env };
  Object.assign(process.env, await environmentOf(cloud, s3));
  const running = await startRunning(sandbox, temporalPort);
  const stop = async () => {
    await running.platform.stop();
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    await Promise.all([cloud.stop(), s3.stop(), sandbox.remove()]);
  };
  const apply = async (model: string, change = (text: string) => text) => {
    const file = sandbox.model(`${model}.model.json`);
    await writeFile(file, change((await readFile(sandbox.model('rented.model.json'), 'utf8')).replace('NAME', model)));
    await running.client.apply(file);
  };
  return { ...running, cloud, sandbox, apply, stop };
}
