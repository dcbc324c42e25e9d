import { defineCodes } from '../define.ts';

export const sweepCodes = defineCodes({
  'PRN-SWEEP-001': {
    title: 'No trial of a sweep has a value to compare',
    hint: 'Mend the trainer or the space (the message has the first failure), then: perennial retry <run> <stage>',
    retryable: false,
  },
});
