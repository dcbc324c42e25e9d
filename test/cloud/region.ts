import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeImagesCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { freePortBase, openSandbox, type Running, repository, type Sandbox, startRunning } from '../e2e/sandbox.ts';
import { type S3Server, startS3Server } from '../fixtures/s3-server.ts';
import { type Cloud, startCloud } from './cloud.ts';

/** An S3 server, a cloud whose machines boot, and an embedded platform that rents there: a whole run, with nothing faked in between. */
export interface Region extends Running {
  readonly cloud: Cloud;
  readonly sandbox: Sandbox;
  /** Applies rented.model.json under a name of its own; `change` works on its text. */
  apply(model: string, change?: (text: string) => string): Promise<void>;
  stop(): Promise<void>;
}

export async function openRegion(): Promise<Region> {
  const [s3, portBase] = await Promise.all([startS3Server(), freePortBase()]);
  const cloud = await startCloud({
    forward: [Number(new URL(s3.endpoint).port), portBase],
    instanceProfiles: ['perennial-machine'],
    roleKeys: { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey },
    guestEnv: { PERENNIAL_PYTHON: join(repository, '.venv', 'bin', 'python') },
    // Half an hour of a machine's longest life passes in half a minute.
    minuteSeconds: 1,
    // As with EC2, a machine is listed long before it runs.
    pendingSeconds: 0.6,
    shuttingDownSeconds: 0.2,
    unseenSeconds: 0.3,
  });
  const sandbox = await openSandbox('test/cloud/rented.model.json');
  const before = { ...process.env };
  Object.assign(process.env, await rentingEnvironment(cloud, s3, `127.0.0.1:${portBase}`));
  const running = await startRunning(sandbox, portBase);
  return {
    ...running,
    cloud,
    sandbox,
    apply: async (model, change = (text) => text) => {
      const file = sandbox.model(`${model}.model.json`);
      const text = await readFile(sandbox.model('rented.model.json'), 'utf8');
      await writeFile(file, change(text).replace('NAME', model));
      await running.client.apply(file);
    },
    stop: async () => {
      await running.platform.stop();
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
      await Promise.all([cloud.stop(), s3.stop(), sandbox.remove()]);
    },
  };
}

async function rentingEnvironment(cloud: Cloud, s3: S3Server, temporal: string): Promise<Record<string, string>> {
  const keys = { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey };
  const ec2 = new EC2Client({ endpoint: cloud.endpoint, region: 'us-east-1', credentials: keys });
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  ec2.destroy();
  const zones = Subnets.filter(({ AvailabilityZone }) => /1[abc]$/.test(AvailabilityZone ?? ''));
  const command = `exec ${process.execPath} '${join(repository, 'dist/workers/training.js')}'`;
  return {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    PERENNIAL_STORE: `s3://${s3.bucket}/perennial`,
    PERENNIAL_S3_ENDPOINT: s3.endpoint,
    PERENNIAL_EC2_REGION: 'us-east-1',
    PERENNIAL_EC2_ENDPOINT: cloud.endpoint,
    PERENNIAL_EC2_AMI: Images?.[0]?.ImageId ?? '',
    PERENNIAL_EC2_SUBNETS: zones.map(({ AvailabilityZone, SubnetId }) => `${AvailabilityZone}=${SubnetId}`).join(),
    PERENNIAL_EC2_INSTANCE_PROFILE: 'perennial-machine',
    PERENNIAL_EC2_WORKER_COMMAND: command,
    PERENNIAL_EC2_TEMPORAL_ADDRESS: temporal,
    PERENNIAL_EC2_S3_ENDPOINT: s3.endpoint,
    PERENNIAL_COMPUTE_GRACE_SECONDS: '3',
    PERENNIAL_COMPUTE_ALERT_MINUTES: '0.02',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}
