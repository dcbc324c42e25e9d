import { isPerennialError, type PerennialError } from '../src/errors/error.ts';

/** Damaged files, and files that are not what the model file says: they stay so until somebody writes them anew. */
const codes: readonly string[] = ['PRN-DATASET-002', 'PRN-DATASET-004', 'PRN-DATASET-006', 'PRN-DATASET-014'];

/** Whether the data are to blame, which is a finding of the check and no failure of it. */
export function isUnreadable(error: unknown): error is PerennialError {
  return isPerennialError(error) && codes.includes(error.code);
}
