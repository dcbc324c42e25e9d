import { defineCodes } from '../define.ts';

export const platformCodes = defineCodes({
  'PRN-PLATFORM-001': {
    title: 'A notification names an environment variable that is not set',
    hint: 'Set it for the control worker and restart it, or write the URL into "notify".',
    retryable: false,
  },
  'PRN-PLATFORM-002': {
    title: 'A webhook refused a notification',
    hint: 'Call the webhook by hand with curl; the notification is tried a few times and then left as an event.',
    retryable: true,
  },
  'PRN-PLATFORM-003': {
    title: 'A port that the platform needs is in use',
    hint: 'Stop what listens there, or move all ports: perennial up --port-base 9000',
    retryable: false,
  },
  'PRN-PLATFORM-004': {
    title: 'The Temporal command-line program was not found',
    hint: 'Run npm run setup, or put a temporal binary on the PATH.',
    retryable: false,
  },
  'PRN-PLATFORM-005': {
    title: 'A part of the platform did not become ready',
    hint: 'Read the log that the message names, then run perennial up again.',
    retryable: true,
  },
  'PRN-PLATFORM-006': {
    title: 'The platform is already running from this folder',
    hint: 'Use it, or stop it with perennial down.',
    retryable: false,
  },
  'PRN-PLATFORM-007': {
    title: 'A setting of the standing machines cannot be read',
    hint: 'Write PERENNIAL_TRAINING_QUEUE as training-gpu=1,training=2 and PERENNIAL_TEAM_WEIGHTS as vision=3,search=1.',
    retryable: false,
  },
});
