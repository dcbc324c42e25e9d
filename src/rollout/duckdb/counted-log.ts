import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { ObjectStore } from '../../artifacts/object-store.ts';
import { withoutPacked } from '../../gateway/log-packs.ts';
import type { RolloutTallies } from '../report.ts';
import type { TallyRequest } from '../traffic.ts';
import { type Row, toTallies } from './tallies.ts';
import {
  type Judging,
  judgedSql,
  newestSql,
  pairsSql,
  slowSql,
  strataSql,
  tablesSql,
  takeLabelsSql,
  takeRequestsSql,
} from './tally-sql.ts';

export interface CountedLog {
  /** Null while the rollout has not been asked anything. Looks of one rollout stand in line. */
  look(): Promise<RolloutTallies | null>;
  close(): void;
}

interface Source {
  readonly store: ObjectStore;
  readonly now: () => Date;
}

const dayMs = 86_400_000;
/** Answers of the predecessor that say what is slow. */
const enoughForSlow = 500;
/** Segments read by one statement. */
const together = 500;

/** The answers of one rollout, kept in memory: each segment of the log is read once. */
export async function openCountedLog(source: Source, request: TallyRequest): Promise<CountedLog> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(tablesSql);
  const segments = {
    requests: newSegments(source, 'requests', request),
    labels: newSegments(source, 'labels', request),
  };
  let slow: Judging['slow'] = null;
  let line: Promise<unknown> = Promise.resolve();

  async function look(): Promise<RolloutTallies | null> {
    await segments.requests((paths) => connection.run(takeRequestsSql(paths, request.rollout)));
    await segments.labels((paths) => connection.run(takeLabelsSql(paths)));
    slow ??= await slowness(connection, request.version);
    return await count(connection, request, slow);
  }

  return {
    look() {
      const next = line.then(look);
      line = next.catch(() => undefined);
      return next;
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/**
 * Takes the segments that were not there at the look before. All days are listed at first, later only the last two: a gateway that was down
 * for longer sends the rest of its log under older days, and these are of no use to a rollout any more.
 */
function newSegments({ store, now }: Source, kind: 'requests' | 'labels', { model, since }: TallyRequest) {
  const taken = new Set<string>();
  let from = Math.floor(Date.parse(since) / dayMs);
  return async (take: (paths: readonly string[]) => Promise<unknown>): Promise<void> => {
    const today = Math.floor(now().getTime() / dayMs);
    const keys: string[] = [];
    for (let day = from; day <= today; day += 1) {
      const folder = `${kind}/${model}/${new Date(day * dayMs).toISOString().slice(0, 10)}/`;
      keys.push(...withoutPacked(await store.list(folder)).filter((key) => !taken.has(key)));
    }
    for (let start = 0; start < keys.length; start += together) {
      const part = keys.slice(start, start + together);
      await take(await Promise.all(part.map((key) => store.localPath(key))));
      for (const key of part) taken.add(key);
    }
    from = Math.max(from, today - 1);
  };
}

async function slowness(connection: DuckDBConnection, version: number): Promise<Judging['slow']> {
  const [row] = await rows(connection, slowSql(version, enoughForSlow));
  return row === undefined ? null : { ms: Number(row.ms), until: String(row.until) };
}

async function count(
  connection: DuckDBConnection,
  { version, task, possible, positive }: TallyRequest,
  slow: Judging['slow'],
): Promise<RolloutTallies | null> {
  const judging = { version, slow, possible, positive, regression: task === 'regression' };
  const [newest] = await rows(connection, newestSql);
  if (newest === undefined || newest.newest === null) return null;
  await connection.run(judgedSql(judging));
  return toTallies(await rows(connection, strataSql), await rows(connection, pairsSql(version)), newest);
}

async function rows(connection: DuckDBConnection, sql: string): Promise<readonly Row[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}
