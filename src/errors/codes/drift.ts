import { defineCodes } from '../define.ts';

export const driftCodes = defineCodes({
  'PRN-DRIFT-001': {
    title: 'A statistical test was given values that are not counts.',
    hint: 'Pass finite counts of at least zero, of the same categories on both sides.',
    retryable: false,
  },
  'PRN-DRIFT-003': {
    title: 'There is no table to compare at this path.',
    hint: 'Name a file, a folder, a pattern such as "data/day=2026-11-*/*.parquet", several with commas between them, or a stored reference.',
    retryable: false,
  },
  'PRN-DRIFT-004': {
    title: 'The format of a table to compare is not known.',
    hint: 'Tables are Parquet (.parquet), CSV with commas and a header (.csv) or JSON lines (.jsonl, .ndjson, .json), one format a side.',
    retryable: false,
  },
  'PRN-DRIFT-005': {
    title: 'A CSV file has another delimiter than the comma.',
    hint: 'Write it with commas; a value that holds a comma stands between double quotes.',
    retryable: false,
  },
  'PRN-DRIFT-006': {
    title: 'A table has two columns of one name.',
    hint: 'Rename one of them: names differ by more than upper and lower case.',
    retryable: false,
  },
  'PRN-DRIFT-007': {
    title: 'The tables have no column in common that can be compared.',
    hint: 'Check that both are of the same subject, and the names after --columns.',
    retryable: false,
  },
  'PRN-DRIFT-008': {
    title: 'A stored reference is damaged or of another version.',
    hint: 'Store it again: perennial compare <reference> <current> --store <folder>.',
    retryable: false,
  },
  'PRN-DRIFT-009': {
    title: 'A table of labels has no such column.',
    hint: 'Name the columns: perennial labels <model> <table> --id <column> --label <column>',
    retryable: false,
  },
});
