import { defineCodes } from '../define.ts';

export const driftCodes = defineCodes({
  'PRN-DRIFT-001': {
    title: 'A statistical test was given values that are not counts, or samples that are not sorted.',
    hint: 'Pass finite counts of at least zero, and samples in ascending order without NaN.',
    retryable: false,
  },
  'PRN-DRIFT-002': {
    title: 'The check names a performance metric that this task does not have.',
    hint: 'Correct "check.performance.metric" in the model file; the message lists the metrics of the task.',
    retryable: false,
  },
});
