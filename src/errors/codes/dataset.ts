import { defineCodes } from '../define.ts';

export const datasetCodes = defineCodes({
  'PRN-DATASET-001': {
    title: 'The source has no file for the window',
    hint: 'Check data.source.uri in the model file (relative paths start at its folder) and that the pipeline has written these days.',
    retryable: false,
  },
  'PRN-DATASET-002': {
    title: 'A source file cannot be read',
    hint: 'Write the named file again, or move it away: a day without a file counts as missing.',
    retryable: false,
  },
  'PRN-DATASET-003': {
    title: 'The source URI is not one that can be read',
    hint: 'Use a path or a file: URI, relative to the model file or absolute, or s3://bucket/key with * and {date} where they are wanted.',
    retryable: false,
  },
  'PRN-DATASET-004': {
    title: 'A column of the model file is not in the source',
    hint: 'Correct the name in the model file, or add the column to the source.',
    retryable: false,
  },
  'PRN-DATASET-005': {
    title: 'Rows share an id',
    hint: 'Make data.id unique per row, or remove the repeated rows from the source.',
    retryable: false,
  },
  'PRN-DATASET-006': {
    title: 'The time column does not hold a timestamp in every row',
    hint: 'Give data.time a TIMESTAMP or DATE column, or ISO 8601 text; it is read as UTC.',
    retryable: false,
  },
  'PRN-DATASET-007': {
    title: 'A numeric feature holds text',
    hint: 'Declare the feature as categorical, or write numbers and leave missing values empty.',
    retryable: false,
  },
  'PRN-DATASET-008': {
    title: 'The label does not fit the task',
    hint: 'Classification needs booleans, integers or names; regression needs numbers; the label cannot be a feature too.',
    retryable: false,
  },
  'PRN-DATASET-009': {
    title: 'A part of the snapshot has no rows',
    hint: 'Choose other durations for the snapshot stage, or wait until the labels of the window have matured.',
    retryable: false,
  },
  'PRN-DATASET-010': {
    title: 'The window leaves no time for training',
    hint: 'Make "window" longer than "holdout", "validation" and "maturesAfter" together.',
    retryable: false,
  },
  'PRN-DATASET-011': {
    title: 'Rows have no id',
    hint: 'Fill data.id in every row: predictions and labels are joined by it.',
    retryable: false,
  },
  'PRN-DATASET-012': {
    title: 'Reading the data failed',
    hint: 'Look at the cause; when memory ran out, give the worker more of it or shorten the window.',
    retryable: true,
  },
  'PRN-DATASET-013': {
    title: 'The folder to write is in use for something else',
    hint: 'Name a folder that is empty or does not exist yet.',
    retryable: false,
  },
  'PRN-DATASET-014': {
    title: 'Two columns of the source have one name',
    hint: 'Rename one of them in the named file: names differ by more than upper and lower case.',
    retryable: false,
  },
});
