import { defineCodes } from '../define.ts';

export const runCodes = defineCodes({
  'PRN-RUN-001': {
    title: 'A command stage refused its input (exit code 64)',
    hint: 'Mend the program or the plan, then: perennial retry <run> <stage>',
    retryable: false,
  },
  'PRN-RUN-002': {
    title: 'A command stage failed',
    hint: 'It is tried three times; then mend it and: perennial retry <run> <stage>',
    retryable: true,
  },
  'PRN-RUN-003': {
    title: 'A trainer was interrupted',
    hint: 'Nothing to do: it goes on from its last checkpoint, on this machine or another.',
    retryable: true,
  },
  'PRN-RUN-004': {
    title: 'A trainer refused its job (exit code 64)',
    hint: 'Mend the parameters, the trainer or the data, then: perennial retry <run> <stage>',
    retryable: false,
  },
  'PRN-RUN-005': {
    title: 'A trainer failed',
    hint: 'It is tried four times; its last lines are in the message, the log behind: perennial logs <run> <stage>',
    retryable: true,
  },
  'PRN-RUN-006': {
    title: 'A trainer stalled: it said nothing for too long and was ended',
    hint: 'Look at what it said last: perennial logs <run> <stage>. Where steps take that long, let it print progress more often.',
    retryable: false,
  },
  'PRN-RUN-007': {
    title: 'The disk of the training machine is full',
    hint: 'Free space below PERENNIAL_STATE/training, or train on a machine with a larger disk. What the attempt wrote is removed.',
    retryable: true,
  },
  'PRN-RUN-008': {
    title: 'The object store failed in the middle of a training',
    hint: 'Check that the store can be reached and written from the training machine; the job goes on from its last checkpoint.',
    retryable: true,
  },
  'PRN-RUN-009': {
    title: 'A version cannot be trained again',
    hint: 'What it was trained from was not kept, or is gone: train a new version with perennial retrain <model>.',
    retryable: false,
  },
  'PRN-RUN-010': {
    title: 'What a rented machine says it has trained is not what it left',
    hint: 'Nothing of it was taken over. Look at perennial logs <run> <stage> and at who could have changed it; then: perennial retry <run> <stage>',
    retryable: false,
  },
});
