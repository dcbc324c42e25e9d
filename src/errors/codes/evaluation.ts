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
  'PRN-EVALUATION-006': {
    title: 'A metric of the plan is not one plain aggregate.',
    hint: 'Write one SQL expression that aggregates label, prediction, score and weight to a number, such as avg(abs(label - prediction)).',
    retryable: false,
  },
  'PRN-EVALUATION-007': {
    title: 'A metric of the plan fails on the rows of the hold-out.',
    hint: 'Try the expression with perennial query over the predictions of an earlier run, and guard divisions with nullif.',
    retryable: false,
  },
  'PRN-EVALUATION-008': {
    title: 'The weight of a held-out row is missing, negative or no number.',
    hint: 'Correct the column that data.weight names: every row needs a number of 0 or more, and some row more than 0.',
    retryable: false,
  },
  'PRN-EVALUATION-009': {
    title: 'The standard set of the model has no rows.',
    hint: 'Correct "standard" in the data of the model file: its dates and its source must hold labelled rows.',
    retryable: false,
  },
});
