import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { isAlive } from '../e2e/processes.ts';
import { eventually } from '../e2e/waiting.ts';
import { startCloud } from './cloud.ts';
import { freePort, modesHere } from './cloud-program.ts';

const credentials = { accessKeyId: 'control', secretAccessKey: 'plane' };

describe.each(modesHere())('the end of a cloud, $mode', ({ namespaces }) => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('leaves no process of any machine after %s', async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), 'perennial-cloud-'));
    const port = await freePort();
    const settings = { ...quick, folder, port, namespaces };
    const python = join(import.meta.dirname, '../../.venv-cloud/bin/python');
    const program = spawn(python, ['-m', 'fakecloud', JSON.stringify(settings)], { cwd: import.meta.dirname });
    const ended = new Promise((done) => program.once('exit', done));
    try {
      await eventually(
        'the cloud answers',
        30_000,
        async () => (await fetch(`http://127.0.0.1:${port}/_cloud/state`)).ok,
      );
      const note = join(folder, 'note');
      await launch(
        `http://127.0.0.1:${port}`,
        `#!/usr/bin/env bash\nsetsid sleep 4711.${port} &\ntouch ${note}\nsleep 300\n`,
      );
      await eventually('the machine is up', 5_000, async () => existsSync(note) || null);
      expect(sleepers(port)).toHaveLength(1);
      program.kill(signal);
      await ended;
      await eventually('all are gone', 5_000, async () => sleepers(port).length === 0 || null);
    } finally {
      if (program.pid !== undefined && isAlive(program.pid)) program.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('a new machine', () => {
  it('is not known to those who ask, by name or by filter, for as long as the cloud was told', async () => {
    const cloud = await startCloud({ unseenSeconds: 0.8, namespaces: false });
    try {
      const id = await launch(cloud.endpoint, '#!/usr/bin/env bash\nsleep 300\n');
      const ec2 = clientOf(cloud.endpoint);
      const byName = () => ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
      const byToken = { Filters: [{ Name: 'client-token', Values: ['new'] }] };
      await expect(byName()).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
      expect((await ec2.send(new DescribeInstancesCommand(byToken))).Reservations).toEqual([]);
      expect((await cloud.instance(id)).id).toBe(id);
      await eventually('it is known', 3_000, async () => (await byName().catch(() => null)) && true);
      expect((await ec2.send(new DescribeInstancesCommand(byToken))).Reservations).toHaveLength(1);
    } finally {
      await cloud.stop();
    }
  });
});

const quick = {
  forward: [],
  minuteSeconds: 1,
  pendingSeconds: 0,
  shuttingDownSeconds: 0,
  unseenSeconds: 0,
  instanceProfiles: [],
  roleKeys: null,
  guestEnv: {},
};

/** Processes that a machine has started, by the odd length of their sleep; seen from the host, in both modes. */
function sleepers(port: number): string[] {
  const all = execFileSync('ps', ['-e', '-o', 'args='], { encoding: 'utf8' }).split('\n');
  return all.filter((line) => line === `sleep 4711.${port}`);
}

function clientOf(endpoint: string): EC2Client {
  return new EC2Client({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
}

async function launch(endpoint: string, userData: string): Promise<string> {
  const order = {
    ImageId: 'ami-12345678',
    InstanceType: 't3.medium',
    MinCount: 1,
    MaxCount: 1,
    ClientToken: 'new',
  } as const;
  const { Instances } = await clientOf(endpoint).send(
    new RunInstancesCommand({ ...order, UserData: Buffer.from(userData).toString('base64') }),
  );
  return Instances?.[0]?.InstanceId ?? '';
}
