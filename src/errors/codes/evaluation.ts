import { defineCodes } from '../define.ts';

export const evaluationCodes = defineCodes({
  'PRN-EVALUATION-001': {
    title: 'A gate names a metric that this task does not have.',
    hint: 'Correct "metric" in the evaluate stage of the model file; the message lists the metrics of the task.',
    retryable: false,
  },
  'PRN-EVALUATION-002': {
    title: 'Labels, scores and time blocks of an evaluation do not belong to the same rows.',
    hint: 'Score exactly the rows of the hold-out, in their order, with the classes of the version’s signature.',
    retryable: false,
  },
  'PRN-EVALUATION-003': {
    title: 'A gate says nothing that can be judged.',
    hint: 'Give the gate one of "atLeast", "atMost", "between" or "versus": "champion"; "classBalance" takes bounds only.',
    retryable: false,
  },
  'PRN-EVALUATION-004': {
    title: 'A gate or a slice names a column that the hold-out does not carry.',
    hint: 'List the column under "slices" of the evaluate stage, so that the snapshot keeps it.',
    retryable: false,
  },
  'PRN-EVALUATION-005': {
    title: 'The hold-out has labels that no candidate knows.',
    hint: 'A class that first appears in the hold-out cannot have been learned: widen the snapshot window, or map rare classes together in the source.',
    retryable: false,
  },
});
