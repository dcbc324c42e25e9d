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
    hint: 'It is tried four times; its last lines are in the message and its whole log in the object store.',
    retryable: true,
  },
});
