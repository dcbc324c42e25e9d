import { describe, expect, test } from 'vitest';
import { ec2SettingsFrom } from '../../../../src/compute/ec2/settings.ts';
import { digest } from './orders.ts';

const complete = {
  PERENNIAL_EC2_REGION: 'eu-central-1',
  PERENNIAL_EC2_AMI: 'ami-0abc',
  PERENNIAL_EC2_SUBNETS: 'eu-central-1a=subnet-a, eu-central-1b=subnet-b',
  PERENNIAL_TRAINING_IMAGE: `registry.example/training@${digest}`,
  PERENNIAL_EC2_TEMPORAL_ADDRESS: 'temporal.example:7233',
  PERENNIAL_STORE: 's3://bucket/prefix',
};

describe('settings of EC2', () => {
  test('are absent where no region is set: nothing is rented', () => {
    expect(ec2SettingsFrom({ ...complete, PERENNIAL_EC2_REGION: '' })).toBeNull();
    expect(ec2SettingsFrom({})).toBeNull();
  });

  test('read subnets by zone and leave out what is optional', () => {
    expect(ec2SettingsFrom(complete)).toEqual({
      region: 'eu-central-1',
      endpoint: null,
      ami: 'ami-0abc',
      subnets: { 'eu-central-1a': 'subnet-a', 'eu-central-1b': 'subnet-b' },
      securityGroup: null,
      instanceProfile: null,
      program: { kind: 'image', image: complete.PERENNIAL_TRAINING_IMAGE },
      temporal: { address: 'temporal.example:7233', namespace: 'default', credential: null },
      store: 's3://bucket/prefix',
      storeEndpoint: null,
      useFleet: false,
    });
  });

  test('take the machine’s own view of the store before ours', () => {
    const read = ec2SettingsFrom({ ...complete, PERENNIAL_EC2_STORE: 's3://elsewhere' });
    expect(read?.store).toBe('s3://elsewhere');
  });

  test('take a command of the AMI in place of a pinned image', () => {
    const { PERENNIAL_TRAINING_IMAGE: _, ...withoutImage } = complete;
    const read = ec2SettingsFrom({ ...withoutImage, PERENNIAL_EC2_WORKER_COMMAND: '/opt/worker' });
    expect(read?.program).toEqual({ kind: 'command', command: '/opt/worker' });
  });

  test('name every variable that is missing, at once', () => {
    expect(() => ec2SettingsFrom({ PERENNIAL_EC2_REGION: 'eu-central-1' })).toThrow(
      expect.objectContaining({
        code: 'PRN-COMPUTE-021',
        message: expect.stringMatching(
          /PERENNIAL_EC2_AMI is not set.*PERENNIAL_EC2_SUBNETS is not set.*PERENNIAL_EC2_TEMPORAL_ADDRESS is not set/,
        ),
      }),
    );
  });

  test.each([
    ['PERENNIAL_EC2_AMI', 'ubuntu', /PERENNIAL_EC2_AMI is no id of an image/],
    ['PERENNIAL_EC2_SUBNETS', 'eu-central-1a', /PERENNIAL_EC2_SUBNETS has "eu-central-1a" where zone=subnet-id/],
    ['PERENNIAL_EC2_SUBNETS', 'a=subnet-1,,', /PERENNIAL_EC2_SUBNETS has ""/],
    ['PERENNIAL_EC2_TEMPORAL_ADDRESS', 'https://temporal', /PERENNIAL_EC2_TEMPORAL_ADDRESS is no host:port/],
    ['PERENNIAL_TRAINING_IMAGE', 'training:latest', /"training:latest", which is not pinned by @sha256:/],
    ['PERENNIAL_TRAINING_IMAGE', '', /PERENNIAL_TRAINING_IMAGE is not set, and PERENNIAL_EC2_WORKER_COMMAND/],
    ['PERENNIAL_STORE', '', /PERENNIAL_EC2_STORE is not set/],
    ['PERENNIAL_EC2_USE_FLEET', 'perhaps', /PERENNIAL_EC2_USE_FLEET is neither true nor false/],
  ])('refuse %s="%s"', (name, value, message) => {
    expect(() => ec2SettingsFrom({ ...complete, [name]: value })).toThrow(
      expect.objectContaining({ code: 'PRN-COMPUTE-021', message: expect.stringMatching(message) }),
    );
  });
});
