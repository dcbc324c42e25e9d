import { defineCodes } from '../define.ts';

export const queryCodes = defineCodes({
  'PRN-QUERY-001': {
    title: 'The query is not one SELECT.',
    hint: 'Give one statement that reads: "perennial query \\"select version, part, count(*) from predictions group by all\\"".',
    retryable: false,
  },
  'PRN-QUERY-002': {
    title: 'DuckDB refuses the query.',
    hint: 'The tables are predictions, evaluations, versions, runs, requests and labels; "show tables" and "describe predictions" list what they hold.',
    retryable: false,
  },
  'PRN-QUERY-003': {
    title: 'The query takes too long.',
    hint: 'Narrow it with --model, or with a part of the rows; or read the Parquet files with a warehouse of your own.',
    retryable: false,
  },
});
