import type { QualityCode } from '../../src/quality/codes.ts';

/** A fault planted in one day of flights: the day's rows as they come from broken pipelines. */
export interface PlantedFault {
  readonly name: string;
  /** What must be found, and for which column; null: for the day as a whole. */
  readonly code: QualityCode;
  readonly column: string | null;
  /** `SELECT ... FROM day`; null: the file is not written at all. */
  readonly sql: string | null;
  /** The day: the last of the window unless told otherwise. */
  readonly day?: 'last' | 'middle';
}

const replaced = (column: string, value: string): string => `SELECT * REPLACE (${value} AS ${column}) FROM day`;
const only = (condition: string): string => `SELECT * FROM day WHERE ${condition}`;
/** A share of the rows, the same at every run. */
const some = (percent: number, salt = ''): string => `hash(flight_id || '${salt}') % 1000 < ${percent * 10}`;
const when = (column: string, percent: number, value: string): string =>
  replaced(column, `CASE WHEN ${some(percent)} THEN ${value} ELSE ${column} END`);
const fault = (
  name: string,
  code: QualityCode,
  column: string | null,
  sql: string | null,
  day?: 'middle',
): PlantedFault => (day === undefined ? { name, code, column, sql } : { name, code, column, sql, day });

/** Columns and types. */
const schema: readonly PlantedFault[] = [
  fault('a column is dropped', 'missing-column', 'dewp', 'SELECT * EXCLUDE (dewp) FROM day'),
  fault('a column is renamed', 'renamed-column', 'wind_speed', 'SELECT * RENAME (wind_speed AS windspeed) FROM day'),
  fault('a column is added', 'new-column', 'delay', 'SELECT *, 1.5 AS delay FROM day'),
  fault('a number becomes text', 'changed-type', 'distance', replaced('distance', `distance || ' mi'`)),
  fault('a number becomes readable text', 'changed-type', 'visib', replaced('visib', 'CAST(visib AS VARCHAR)')),
];

const missing: readonly PlantedFault[] = [
  fault('a tenth of a column is null', 'missing-values', 'temp', when('temp', 10, 'NULL')),
  fault('half of a category is null', 'missing-values', 'carrier', when('carrier', 50, 'NULL')),
  fault('a fifth of a limited column is null', 'missing-above-limit', 'humid', when('humid', 20, 'NULL')),
  fault('a column is null throughout', 'all-missing', 'visib', replaced('visib', 'CAST(NULL AS DOUBLE)')),
  fault('NaN instead of numbers', 'missing-values', 'distance', when('distance', 10, `'NaN'::DOUBLE`)),
];

const values: readonly PlantedFault[] = [
  fault('-999 for "no value"', 'sentinel-value', 'temp', when('temp', 1, '-999')),
  fault('9999 for "no value"', 'sentinel-value', 'distance', when('distance', 2, '9999')),
  fault('zeros for "no value"', 'sentinel-value', 'distance', when('distance', 4, '0')),
  fault('N/A for "no value"', 'placeholder-text', 'carrier', when('carrier', 2, `'N/A'`)),
  fault('gaps filled with the mean', 'value-spike', 'distance', when('distance', 30, '1039')),
  fault('humidity above 100 %', 'out-of-range', 'humid', when('humid', 1, '140')),
  fault('a decimal point is lost', 'outside-learnt-range', 'distance', when('distance', 1, 'distance * 10')),
  fault('a sign is lost', 'negative-values', 'distance', when('distance', 3, '-distance')),
  fault('fractions in whole numbers', 'fractional-values', 'distance', when('distance', 20, 'distance + 0.5')),
  fault('infinite numbers', 'infinite-values', 'pressure', when('pressure', 1, `'Infinity'::DOUBLE`)),
  fault('one value in all rows', 'constant-column', 'distance', replaced('distance', '1000.0')),
  fault('long flights are capped', 'capped-values', 'distance', replaced('distance', 'least(distance, 1500)')),
  fault('distances in hundreds', 'rounded-values', 'distance', replaced('distance', 'round(distance, -2)')),
  fault('decimals are cut off', 'rounded-values', 'humid', replaced('humid', 'round(humid)')),
  fault('Celsius instead of Fahrenheit', 'changed-unit', 'temp', replaced('temp', '(temp - 32) / 1.8')),
  fault('kilometres instead of miles', 'changed-unit', 'distance', replaced('distance', 'distance * 1.609344')),
  fault('metres instead of kilometres', 'changed-unit', 'visib', replaced('visib', 'visib * 1000')),
  fault('inches of mercury', 'changed-unit', 'pressure', replaced('pressure', 'pressure / 33.8639')),
];

const categories: readonly PlantedFault[] = [
  fault('a new category', 'new-category', 'carrier', when('carrier', 4, `'ZZ'`)),
  fault('an airport falls out', 'vanished-category', 'origin', only(`origin <> 'JFK'`)),
  fault('one category takes all', 'one-category', 'carrier', when('carrier', 96, `'UA'`)),
  fault('one category in all rows', 'constant-column', 'origin', replaced('origin', `'EWR'`)),
  fault('lower case', 'untidy-category', 'carrier', when('carrier', 10, 'lower(carrier)')),
  fault('spaces at the end', 'untidy-category', 'dest', when('dest', 10, `dest || ' '`)),
  fault('the wrong encoding', 'damaged-text', 'dest', when('dest', 3, `dest || chr(195) || chr(188)`)),
  fault('codes are cut off', 'truncated-text', 'dest', replaced('dest', 'dest[1:2]')),
];

const relations: readonly PlantedFault[] = [
  fault(
    'two numeric columns are swapped',
    'swapped-columns',
    'humid',
    'SELECT * REPLACE (pressure AS humid, humid AS pressure) FROM day',
  ),
  fault(
    'two categories are swapped',
    'swapped-columns',
    'origin',
    'SELECT * REPLACE (dest AS origin, origin AS dest) FROM day',
  ),
  fault(
    'a column is shuffled',
    'misaligned-column',
    'distance',
    `SELECT a.* REPLACE (b.distance AS distance) FROM (SELECT *, row_number() OVER (ORDER BY flight_id) AS n FROM day) a
     JOIN (SELECT distance, row_number() OVER (ORDER BY hash(flight_id)) AS n FROM day) b USING (n)`,
  ),
];

const partitions: readonly PlantedFault[] = [
  fault('some rows come twice', 'duplicate-ids', null, `FROM day UNION ALL ${only(some(5))}`),
  fault('ids are null', 'missing-ids', null, when('flight_id', 5, 'NULL')),
  fault('a file of the day before', 'duplicated-partition', null, 'SELECT * FROM yesterday'),
  fault(
    'rows of the day before under new times and ids',
    'duplicated-partition',
    null,
    `SELECT * REPLACE (scheduled_departure + INTERVAL 1 DAY AS scheduled_departure, flight_id || '-x' AS flight_id) FROM yesterday`,
  ),
  fault('a file without rows', 'empty-partition', null, only('false')),
  fault('the last day does not come', 'late-partition', null, null),
  fault('a day in between is lost', 'missing-partition', null, null, 'middle'),
  fault('two rows in three are lost', 'row-count', null, only(`NOT ${some(66)}`)),
  fault(
    'rows come twice under new ids',
    'row-count',
    null,
    `FROM day UNION ALL ${replaced('flight_id', `flight_id || '-x'`)}`,
  ),
  fault('the evening is not loaded yet', 'partly-loaded', null, only('hour(scheduled_departure) BETWEEN 5 AND 17')),
  fault(
    'rows of next month',
    'misplaced-rows',
    null,
    when('scheduled_departure', 3, 'scheduled_departure + INTERVAL 30 DAY'),
  ),
  fault(
    'local time instead of UTC',
    'shifted-time',
    null,
    replaced('scheduled_departure', 'scheduled_departure - INTERVAL 5 HOUR'),
  ),
  fault('the label is null throughout', 'label-missing', 'late', replaced('late', 'CAST(NULL AS INTEGER)')),
  fault('all rows have one label', 'one-label', 'late', replaced('late', '0')),
  fault('a label that no model knows', 'unknown-label', 'late', when('late', 3, '2')),
];

/** Kinds of faults that pipelines make, on columns of the flights. */
export const plantedFaults: readonly PlantedFault[] = [
  ...schema,
  ...missing,
  ...values,
  ...categories,
  ...relations,
  ...partitions,
];
