import type { Ec2Settings } from '../../../../src/compute/ec2/settings.ts';
import type { LaunchOrder } from '../../../../src/compute/machines.ts';

export const digest = `sha256:${'ab'.repeat(32)}`;

export const settings: Ec2Settings = {
  region: 'us-east-1',
  endpoint: null,
  ami: 'ami-0123456789abcdef0',
  subnets: { 'us-east-1a': 'subnet-1', 'us-east-1b': 'subnet-2' },
  securityGroup: 'sg-1',
  instanceProfile: 'perennial-machine-{model}',
  program: { kind: 'image', image: `ghcr.io/perennial/training@${digest}` },
  temporal: { address: 'temporal.internal:7233', namespace: 'ml', credential: '/perennial/temporal' },
  store: 's3://ml-objects/perennial',
  storeEndpoint: null,
  useFleet: false,
};

export const order: LaunchOrder = {
  offer: {
    type: 'g4dn.xlarge',
    region: 'us-east-1',
    zone: 'us-east-1b',
    market: 'spot',
    usdPerHour: 0.2,
    vcpus: 4,
    gpus: 1,
  },
  token: 'perennial-4f1c',
  model: 'flights',
  run: 'run-7',
  attempt: 'boosted-t3-2',
  queue: 'vm-run-7-boosted-t3-2',
  minutes: 240,
};
