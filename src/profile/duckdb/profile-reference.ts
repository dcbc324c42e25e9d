import { createHash } from 'node:crypto';
import { columnRoles } from '../../dataset/columns.ts';
import type { ColumnSchema } from '../../dataset/dataset.ts';
import type { Database } from '../../dataset/duckdb/database.ts';
import { describeSource } from '../../dataset/duckdb/source-table.ts';
import type { RemoteFiles } from '../../dataset/remote-files.ts';
import { coarseCells } from '../cells.ts';
import { inOrder } from '../column-groups.ts';
import { dailyFacts } from '../daily-facts.ts';
import type { DailyFacts } from '../facts.ts';
import { mergeNumbers } from '../merge.ts';
import { tallyProfile } from '../numeric-tally.ts';
import type { ColumnProfile, NumericProfile, PartitionProfile, ReferenceDay, ReferenceProfile } from '../profile.ts';
import type { Profiles } from '../profiles.ts';
import { meanOver, midRanks, normalScores, orderedCounts } from '../ranks.ts';
import { choosePairs } from './choose-pairs.ts';
import { countNames } from './count-names.ts';
import { countNumbers } from './count-numbers.ts';
import { labelFacts, timeFacts } from './facts.ts';
import { type NamesOfDay, namesByDay } from './names-by-day.ts';
import { pairSource } from './pairs.ts';
import { partitionFiles } from './partition-files.ts';
import { chooseEdges } from './sample-edges.ts';
import { type SourceRows, sourceRows } from './source-rows.ts';

type Request = Parameters<Profiles['profileReference']>[0] & {
  /** Local path of the snapshot's training rows. */
  readonly train: string;
};

interface Day {
  readonly number: number;
  readonly rows: number;
}

/** {@link Profiles.profileReference} in a database of its own. */
export async function profileReference(
  database: Database,
  request: Request,
  remote?: RemoteFiles,
): Promise<ReferenceProfile> {
  const { file, snapshot, train } = request;
  const roles = columnRoles(file);
  const types = await describeSource(database, 'parquet', [train]);
  const features = roles.features.filter(({ name }) => types.has(name));
  const rows = await sourceRows(database, 'parquet', [train], {
    // The snapshot holds none but the rows that count.
    only: undefined,
    time: roles.time,
    all: [...features.map(({ name }) => name), ...(types.has(roles.label) ? [roles.label] : [])],
    types,
  });
  const days = await countDays(database, rows);
  const entries = days.map((): Record<string, ReferenceDay['columns'][string]> => ({}));
  const profiles = new Map<string, ColumnProfile>();
  const dailies = new Map<string, DailyFacts>();
  const edges = await profileNumbers(database, { request, rows, days }, { profiles, dailies }, entries);
  await profileNames(database, { request, rows, days }, profiles, entries);
  const { whole, floors } = await referenceFacts(database, { request, rows, days });
  const daily = Object.fromEntries(dailies);
  return {
    id: referenceId(request),
    window: snapshot.windows.train,
    whole: {
      rows: days.reduce((sum, day) => sum + day.rows, 0),
      duplicateIds: 0,
      misplaced: 0,
      missingIds: 0,
      schema: await sourceSchema(database, request, remote),
      columns: inOrder(file, profiles),
      ...whole,
    },
    edges,
    daily,
    pairFloors: floors,
    days: days.map(
      (day, at): ReferenceDay => ({ day: dayName(day.number), rows: day.rows, columns: entries[at] ?? {} }),
    ),
  };
}

interface Work {
  readonly request: Request;
  readonly rows: SourceRows;
  readonly days: readonly Day[];
}

type Entries = readonly Record<string, ReferenceDay['columns'][string]>[];

async function profileNumbers(
  database: Database,
  { request, rows, days }: Work,
  { profiles, dailies }: { readonly profiles: Map<string, ColumnProfile>; readonly dailies: Map<string, DailyFacts> },
  entries: Entries,
): Promise<Record<string, readonly number[]>> {
  const wanted = columnRoles(request.file).features.flatMap(({ name, type }) => {
    const source = rows.columns.get(name);
    return type === 'numeric' && source !== undefined ? [{ name, source }] : [];
  });
  const columns = await chooseEdges(database, request.train, rows.sql, wanted);
  const first = days[0]?.number ?? 0;
  const span = { first, count: Math.max(2, (days.at(-1)?.number ?? first) - first + 1) };
  await countNumbers(
    database,
    { sql: rows.sql, where: 'row_time IS NOT NULL' },
    columns,
    ({ name }, tallies) => {
      const byDay = days.map(({ number }) => tallyProfile(tallies[number - first] as (typeof tallies)[number]));
      if (byDay.length === 0) return;
      const whole = mergeNumbers(byDay);
      profiles.set(name, whole);
      const daily = dailyFacts(byDay);
      if (daily !== undefined) dailies.set(name, daily);
      rememberDays(name, whole, byDay, entries);
    },
    span,
  );
  return Object.fromEntries(columns.map(({ name, edges }) => [name, edges]));
}

function rememberDays(name: string, whole: NumericProfile, byDay: readonly NumericProfile[], entries: Entries): void {
  const ranks = midRanks(orderedCounts(whole));
  const scores = normalScores(orderedCounts(whole));
  const cells = coarseCells(whole);
  for (const [at, day] of byDay.entries()) {
    const entry = entries[at];
    const rows = day.present + day.missing + day.unreadable;
    if (entry === undefined) continue;
    const counts = orderedCounts(day);
    entry[name] = {
      meanRank: meanOver(counts, ranks),
      meanScore: meanOver(counts, scores),
      missing: day.missing / rows,
      cells: cells(day),
    };
  }
}

async function profileNames(
  database: Database,
  { request, rows, days }: Work,
  profiles: Map<string, ColumnProfile>,
  entries: Entries,
): Promise<void> {
  const wanted = columnRoles(request.file).features.flatMap(({ name, type }) => {
    const source = rows.columns.get(name);
    return type === 'categorical' && source !== undefined ? [{ name, source, kept: [] }] : [];
  });
  const all = { sql: rows.sql, where: 'row_time IS NOT NULL' };
  const total = days.reduce((sum, day) => sum + day.rows, 0);
  const wholes = await countNames(database, all, wanted, total);
  for (const column of wanted) {
    const whole = wholes.get(column.name);
    if (whole === undefined) continue;
    profiles.set(column.name, whole);
    const byDay = await namesByDay(database, all, column.source, whole);
    for (const [at, day] of days.entries()) {
      const { missing, cells }: NamesOfDay = byDay.get(day.number) ?? { missing: 0, cells: [] };
      const entry = entries[at];
      if (entry !== undefined) entry[column.name] = { meanRank: null, missing: missing / day.rows, cells: [...cells] };
    }
  }
}

async function countDays(database: Database, { sql }: SourceRows): Promise<Day[]> {
  const rows = await database.rows(
    `SELECT CAST(epoch_ms(row_time) // 86400000 AS DOUBLE) AS day, CAST(count(*) AS DOUBLE) AS n FROM ${sql}
     WHERE row_time IS NOT NULL GROUP BY 1 ORDER BY 1`,
  );
  return rows.map(({ day, n }) => ({ number: Number(day), rows: Number(n) }));
}

/** What data quality compares days with, beyond counts. */
async function referenceFacts(
  database: Database,
  { request, rows, days }: Work,
): Promise<{
  readonly whole: Pick<PartitionProfile, 'time' | 'label' | 'pairs'>;
  readonly floors: Readonly<Record<string, number>>;
}> {
  const { file, snapshot } = request;
  const all = { ...rows, where: 'row_time IS NOT NULL' };
  const label = await labelFacts(database, all, { ...all, column: file.data.label.column, task: file.task });
  const names = columnRoles(file).features.flatMap(({ name }) => (rows.columns.has(name) ? [name] : []));
  const total = days.reduce((sum, day) => sum + day.rows, 0);
  const { pairs, floors } = await choosePairs(database, names, { ...pairSource(file, all), total });
  const time = await timeFacts(database, all, snapshot.windows.train);
  return { whole: { time, ...(label === undefined ? {} : { label }), pairs }, floors };
}

/** The snapshot has plain types; what a day of the source is compared with are the source's own. */
async function sourceSchema(
  database: Database,
  { file, base, snapshot }: Request,
  remote?: RemoteFiles,
): Promise<readonly ColumnSchema[]> {
  const last = dayName(Math.floor((Date.parse(snapshot.windows.train.to) - 1) / 86_400_000));
  const { files } = await partitionFiles(database, { file, base, day: last }, remote);
  if (files.length === 0) return snapshot.schema;
  const types = await describeSource(database, file.data.source.format, files);
  return [...types].map(([name, type]) => ({ name, type }));
}

/** {@link Profiles.referenceId} */
export function referenceId({ file, snapshot }: Pick<Request, 'file' | 'snapshot'>): string {
  const features = columnRoles(file).features.map(({ name, type }) => [name, type]);
  return createHash('sha256')
    .update(JSON.stringify({ format: 1, snapshot: snapshot.id, features }))
    .digest('hex')
    .slice(0, 16);
}

function dayName(number: number): string {
  return new Date(number * 86_400_000).toISOString().slice(0, 10);
}
