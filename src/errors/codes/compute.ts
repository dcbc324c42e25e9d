import { defineCodes } from '../define.ts';

export const computeCodes = defineCodes({
  'PRN-COMPUTE-021': {
    title: 'The settings of EC2 are incomplete or malformed',
    hint: 'Set the variables that the message names; docs/compute-ec2.md explains each of them.',
    retryable: false,
  },
  'PRN-COMPUTE-022': {
    title: 'The answer of EC2 was lost',
    hint: 'Nothing to do: the same request is sent again, and its token never makes a second machine. If it goes on, check the network and the status page of AWS.',
    retryable: true,
  },
  'PRN-COMPUTE-023': {
    title: 'EC2 refused a request',
    hint: 'Compare the policy of the control plane with deploy/iam/control-plane.json, and check region and credentials.',
    retryable: false,
  },
  'PRN-COMPUTE-024': {
    title: 'The Temporal credential of a machine cannot be read',
    hint: 'Check that the parameter is a SecureString of this region and that the role of the machine may read it (deploy/iam/machine.json).',
    retryable: false,
  },
});
