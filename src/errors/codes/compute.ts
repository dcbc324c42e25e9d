import { defineCodes } from '../define.ts';

export const computeCodes = defineCodes({
  'PRN-COMPUTE-001': {
    title: 'A stage asks for a rented machine, and the control worker has no cloud',
    hint: 'Set PERENNIAL_EC2_REGION and its companions for the control worker (docs/compute-ec2.md), or use "provider": "process".',
    retryable: false,
  },
  'PRN-COMPUTE-002': {
    title: 'One rented machine after the other was lost',
    hint: 'The message has the end of each. Try "spot": false, or read what the machines printed; then: perennial retry <run> <stage>',
    retryable: false,
  },
  'PRN-COMPUTE-003': {
    title: 'Every machine that fits costs more than is allowed',
    hint: 'Raise "maxUsd", lower "maxHours", or ask for less.',
    retryable: false,
  },
  'PRN-COMPUTE-004': {
    title: 'No machine type has what a training asks for',
    hint: 'Ask for less; the message names the closest type and what it lacks.',
    retryable: false,
  },
  'PRN-COMPUTE-005': {
    title: 'A machine type does not exist',
    hint: 'See what there is: perennial compute offers --limit 100',
    retryable: false,
  },
  'PRN-COMPUTE-006': {
    title: 'AWS refused a launch because of a setting',
    hint: 'Correct the setting that the message names, then: perennial retry <run> <stage>',
    retryable: false,
  },
  'PRN-COMPUTE-007': {
    title: 'AWS refused a launch because of credentials or permissions',
    hint: 'Renew the credentials or grant the permission that the message names, then: perennial retry <run> <stage>',
    retryable: false,
  },
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
