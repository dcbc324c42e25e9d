import { defineCodes } from '../define.ts';

export const registryCodes = defineCodes({
  'PRN-REGISTRY-001': {
    title: 'The registry does not know the model',
    hint: 'List the models with `perennial status`; make a new one known with `perennial apply <model file>`.',
    retryable: false,
  },
  'PRN-REGISTRY-002': {
    title: 'The registry does not know the run',
    hint: 'List the runs of the model with `perennial runs <model>`; a run is named <model>-r<number>.',
    retryable: false,
  },
  'PRN-REGISTRY-003': {
    title: 'The registry does not know the version',
    hint: 'See the versions of the model with `perennial history <model>`.',
    retryable: false,
  },
  'PRN-REGISTRY-004': {
    title: 'A version may not make this move',
    hint: 'See what the version has been through with `perennial history <model>`.',
    retryable: false,
  },
  'PRN-REGISTRY-005': {
    title: 'The registry refuses a value that makes no sense',
    hint: 'Correct the value that the message names.',
    retryable: false,
  },
  'PRN-REGISTRY-006': {
    title: 'The registry does not know the alarm',
    hint: 'List the alarms with `perennial alarms --all`.',
    retryable: false,
  },
  'PRN-REGISTRY-007': {
    title: 'The books do not know the machine',
    hint: 'See the machines with `perennial machines --all`; a machine is booked when it is launched, and closed after that.',
    retryable: false,
  },
  'PRN-REGISTRY-010': {
    title: 'The database of the registry cannot be reached',
    hint: 'Start the platform with `perennial up`, or check the connection string and that the database server is running.',
    retryable: true,
  },
  'PRN-REGISTRY-011': {
    title: 'The database has no Perennial tables, or older ones',
    hint: 'Start the platform against this database: its processes make the tables. If that does not help, the connection string names another database.',
    retryable: true,
  },
  'PRN-REGISTRY-012': {
    title: 'Another process already serves this embedded database folder',
    hint: 'Stop the other `perennial up` first, or give this one another folder.',
    retryable: false,
  },
  'PRN-REGISTRY-013': {
    title: 'The embedded database could not be started',
    hint: 'Look at the cause; if the folder was written by a newer version or is damaged, restore it from a copy or choose a new folder.',
    retryable: false,
  },
  'PRN-REGISTRY-014': {
    title: 'This cannot be done to the alarm',
    hint: 'See how it stands with `perennial alarms <model>`.',
    retryable: false,
  },
  'PRN-REGISTRY-015': {
    title: 'There is no such mute',
    hint: 'See what is muted with `perennial alarms <model>`.',
    retryable: false,
  },
});
