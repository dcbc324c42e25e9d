import { columnRoles, usedColumns } from '../../dataset/columns.ts';
import { asText, kindOf } from '../../dataset/duckdb/casts.ts';
import { refuseSameName } from '../../dataset/duckdb/column-names.ts';
import type { Database } from '../../dataset/duckdb/database.ts';
import { describeSource, missingColumns, readingSource } from '../../dataset/duckdb/source-table.ts';
import type { RemoteFiles } from '../../dataset/remote-files.ts';
import { PerennialError } from '../../errors/error.ts';
import { featuresOf, inOrder } from '../column-groups.ts';
import type { PairFacts } from '../facts.ts';
import type { LookedUpFacts } from '../numeric-facts.ts';
import { type NumericTally, tallyProfile } from '../numeric-tally.ts';
import type { ColumnProfile, PartitionProfile, ReferenceProfile } from '../profile.ts';
import type { PartitionRequest, ProfileRequest } from '../profiles.ts';
import { countNames, type NamedColumn } from './count-names.ts';
import { type CountedColumn, countNumbers } from './count-numbers.ts';
import { labelFacts, modeOf, timeFacts, unreadableTexts } from './facts.ts';
import { measurePairs, pairSource } from './pairs.ts';
import { dayWindow, partitionFiles } from './partition-files.ts';
import { inside, type SourceRows, sourceRows } from './source-rows.ts';

/** {@link Profiles.profilePartition} in a database of its own. */
export async function profilePartition(
  database: Database,
  request: ProfileRequest,
  remote?: RemoteFiles,
): Promise<PartitionProfile | null> {
  const { format } = request.file.data.source;
  const source = await partitionFiles(database, request, remote);
  if (source.files.length === 0) return null;
  const types = await describeSource(database, format, source.files);
  const roles = columnRoles(request.file);
  requireTime(roles.time, types);
  await refuseSameName(database, { format, files: source.files }, types, usedColumns(roles));
  const wholeRows = (request.of?.group ?? 0) === 0;
  const pairs = wholeRows ? (request.reference.whole.pairs ?? []) : [];
  const features = [...featuresOf(request.file, request.of).map(({ name }) => name), ...pairs.flatMap(columnsOf)];
  const wanted = [roles.id, roles.label, ...features].filter((name) => types.has(name));
  return readingSource(database, format, source.files, async () => {
    const rows = await sourceRows(database, format, source.files, {
      time: roles.time,
      all: [...new Set(wanted)],
      types,
      only: request.file.data.only,
    });
    const where = inside(dayWindow(request.day));
    const counts = await countRows(database, rows, where, roles.id, source.days !== null);
    // A source that is not split by day has no file of the day, but rows of it or none.
    if (source.days === null && counts.rows === 0) return null;
    return {
      ...counts,
      schema: [...types].map(([name, type]) => ({ name, type })),
      columns: await profileColumns(database, { ...rows, where }, request, counts.rows),
      ...(wholeRows ? await partitionFacts(database, { ...rows, where }, request, source.days !== null) : {}),
    };
  });
}

const columnsOf = ({ column, by }: PairFacts): string[] => [column, by];

function requireTime(time: string, types: ReadonlyMap<string, string>): void {
  const type = types.get(time);
  if (type === undefined) throw missingColumns([time], types);
  if (['time', 'zoned-time', 'text', 'json'].includes(kindOf(type))) return;
  throw new PerennialError('PRN-DATASET-006', {
    message: `the time column "${time}" has the type ${type}, which is not a timestamp`,
    details: { column: time, type },
  });
}

async function countRows(
  database: Database,
  { sql, columns }: SourceRows,
  where: string,
  idName: string,
  byDay: boolean,
): Promise<Pick<PartitionProfile, 'rows' | 'duplicateIds' | 'misplaced'> & { readonly missingIds: number }> {
  const id = columns.get(idName);
  const value = id === undefined ? 'NULL' : asText(id.kind, id.sql);
  const away = byDay ? `(${where}) IS NOT TRUE` : 'row_time IS NULL';
  const [row] = await database.rows(
    `SELECT CAST(count(*) FILTER (WHERE ${where}) AS DOUBLE) AS here, CAST(count(*) FILTER (WHERE ${away}) AS DOUBLE) AS away,
      CAST(count(${value}) FILTER (WHERE ${where}) AS DOUBLE) AS ids,
      CAST(count(DISTINCT ${value}) FILTER (WHERE ${where}) AS DOUBLE) AS different FROM ${sql}`,
  );
  const [rows, ids] = [Number(row?.here), Number(row?.ids)];
  return {
    rows,
    duplicateIds: ids - Number(row?.different),
    misplaced: Number(row?.away),
    missingIds: id === undefined ? 0 : rows - ids,
  };
}

async function profileColumns(
  database: Database,
  rows: SourceRows & { readonly where: string },
  { file, reference, of }: ProfileRequest,
  total: number,
): Promise<Readonly<Record<string, ColumnProfile>>> {
  const numbers: CountedColumn[] = [];
  const names: NamedColumn[] = [];
  for (const { name, type } of featuresOf(file, of)) {
    const source = rows.columns.get(name);
    if (source === undefined) continue;
    const was = reference.whole.columns[name];
    const range = rangeOf(file, name);
    if (type === 'numeric') numbers.push({ name, source, edges: reference.edges[name] ?? [], range });
    else names.push({ name, source, kept: was?.kind === 'categorical' ? Object.keys(was.counts) : [] });
  }
  const profiles = new Map<string, ColumnProfile>(await countNames(database, rows, names, total));
  const tallies = new Map<string, NumericTally>();
  await countNumbers(database, rows, numbers, ({ name }, [tally]) => {
    if (tally !== undefined) tallies.set(name, tally);
  });
  for (const [name, tally] of tallies) {
    profiles.set(name, tallyProfile(tally, await lookedUp(database, rows, tally, { name, reference })));
  }
  return inOrder(file, profiles);
}

/** Only where the counts give a reason: a query for each column would cost more than all of the counting. */
async function lookedUp(
  database: Database,
  rows: SourceRows & { readonly where: string },
  { unreadable, bins, finite }: NumericTally,
  { name, reference }: { readonly name: string; readonly reference: ReferenceProfile },
): Promise<LookedUpFacts> {
  const column = { column: name, where: rows.where };
  const heaviest = finite === 0 ? 0 : bins.reduce((most, count) => Math.max(most, count), 0) / finite;
  const mode =
    heaviest > Math.max(0.1, reference.daily?.[name]?.heaviest ?? 1) ? await modeOf(database, rows, column) : undefined;
  return {
    ...(unreadable > 0 ? { unreadable: await unreadableTexts(database, rows, column) } : {}),
    ...(mode === undefined ? {} : { mode }),
  };
}

/** What data quality asks beyond counts. */
async function partitionFacts(
  database: Database,
  rows: SourceRows & { readonly where: string },
  { file, day, reference }: ProfileRequest,
  byDay: boolean,
): Promise<Pick<PartitionProfile, 'time' | 'label' | 'pairs'>> {
  const time = await timeFacts(database, rows, dayWindow(day), byDay);
  const label = await labelFacts(database, rows, {
    column: file.data.label.column,
    task: file.task,
    where: rows.where,
  });
  const pairs = await measurePairs(database, reference.whole.pairs ?? [], pairSource(file, rows));
  return { time, ...(label === undefined ? {} : { label }), pairs };
}

function rangeOf({ data }: PartitionRequest['file'], name: string): readonly [number, number] | undefined {
  const feature = data.features[name];
  return feature?.type === 'numeric' ? feature.range : undefined;
}
