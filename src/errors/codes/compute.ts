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
  'PRN-COMPUTE-008': {
    title: 'The machine types that fit are not for sale',
    hint: 'Ask for less, add a subnet in another zone to PERENNIAL_EC2_SUBNETS, or read prices and zones anew: perennial compute refresh',
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
  'PRN-COMPUTE-025': {
    title: 'A rented machine cannot be ended',
    hint: 'It is tried again until it is gone. The message has the answer of AWS: give the control worker back the permission that it names, or end the machine by hand; see: perennial machines',
    retryable: true,
  },
  'PRN-COMPUTE-024': {
    title: 'The Temporal credential of a machine cannot be read',
    hint: 'Check that the parameter is a SecureString of this region and that the role of the machine may read it (deploy/iam/machine.json).',
    retryable: false,
  },
  'PRN-COMPUTE-031': {
    title: 'The file with machine types and prices cannot be read',
    hint: 'Make it anew: perennial compute refresh; or remove it, and what comes with Perennial is used.',
    retryable: false,
  },
  'PRN-COMPUTE-032': {
    title: 'Machine types or prices may not be read with these AWS permissions',
    hint: 'Allow the action that the message names: the statement "ReadTypesAndPrices" of deploy/iam/control-plane.json has all of them.',
    retryable: false,
  },
  'PRN-COMPUTE-033': {
    title: 'AWS does not accept the credentials',
    hint: 'Log in again, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. A region that the account has not enabled answers like this, too.',
    retryable: false,
  },
  'PRN-COMPUTE-034': {
    title: 'There is no such AWS region',
    hint: 'Give one such as us-east-1 by --region or PERENNIAL_EC2_REGION, and see that the account has enabled it.',
    retryable: false,
  },
});
