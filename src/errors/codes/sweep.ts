import { defineCodes } from '../define.ts';

export const sweepCodes = defineCodes({
  'PRN-SWEEP-001': {
    title: 'No trial of a sweep has a value to compare',
    hint: 'Mend the trainer or the space (the message has the first failure), then: perennial retry <run> <stage>',
    retryable: false,
  },
  'PRN-SWEEP-002': {
    title: 'The sampler of a sweep needs Optuna, which is not installed',
    hint: 'Install it for the Python of the control worker (PERENNIAL_PYTHON): pip install -r trainers/requirements-sweep.lock, for optuna:gp also -r trainers/requirements-sweep-gp.lock. Then: perennial retry <run> <stage>',
    retryable: false,
  },
  'PRN-SWEEP-004': {
    title: 'A sweep cannot go on where another one has ended',
    hint: 'Start a new run instead (perennial retrain <model>): it begins with what was best before.',
    retryable: false,
  },
  'PRN-SWEEP-003': {
    title: 'Optuna gave no suggestion',
    hint: 'The message has its last words. What has been trained is kept: perennial retry <run> <stage>',
    retryable: true,
  },
});
