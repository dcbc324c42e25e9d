import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Finding } from '../../src/alarm/finding.ts';
import { filesystemStore } from '../../src/artifacts/filesystem/store.ts';
import { withDatabase } from '../../src/dataset/duckdb/database.ts';
import { duckdbDatasets } from '../../src/dataset/duckdb/datasets.ts';
import { text } from '../../src/dataset/duckdb/sql.ts';
import { type ModelFile, modelFile } from '../../src/plan/schema.ts';
import { duckdbProfiles } from '../../src/profile/duckdb/profiles.ts';
import { mergeProfiles } from '../../src/profile/merge.ts';
import type { PartitionProfile, ReferenceProfile } from '../../src/profile/profile.ts';
import { findQuality } from '../../src/quality/find-quality.ts';
import { toHistoryDay } from '../../src/quality/partition-rules.ts';
import { type DayProfile, dayMs, defaultRules } from '../../src/quality/quality.ts';

export interface QualityPlace {
  readonly reference: ReferenceProfile;
  /** The profile of a day as it is. */
  profile(day: string): Promise<PartitionProfile | null>;
  /** The profile of a day whose rows are those of `sql` over the tables day and yesterday. */
  spoilt(day: string, sql: string): Promise<PartitionProfile | null>;
  /** What a check at 06:00 after the last of seven days finds; `spoilt` stands in for the days it names. */
  check(lastDay: string, spoilt?: ReadonlyMap<string, PartitionProfile | null>): Promise<Finding[]>;
}

/** Flights with a champion of January and February: `flights` holds day=YYYY-MM-DD folders, `folder` may be written to. */
export async function qualityPlace(flights: string, folder: string): Promise<QualityPlace> {
  const database = { tempFolder: join(folder, 'temp'), memoryLimit: '512MB', threads: 2 };
  const store = filesystemStore(join(folder, 'store'));
  const file = flightsModel(flights);
  const snapshot = await duckdbDatasets({ store, ...database }).takeSnapshot({
    file,
    base: folder,
    asOf: '2013-03-01T00:00:00.000Z',
    window: '59d',
    holdout: '1d',
    validation: '1d',
    keep: [],
    workFolder: join(folder, 'work'),
  });
  const profiles = duckdbProfiles({ store, ...database });
  const reference = await profiles.profileReference({ file, base: folder, snapshot });
  const known = new Map<string, PartitionProfile | null>();
  const profile = async (day: string) => {
    if (!known.has(day)) known.set(day, await profiles.profilePartition({ file, base: folder, day, reference }));
    return known.get(day) ?? null;
  };
  let made = 0;
  return {
    reference,
    profile,
    async spoilt(day, sql) {
      const source = join(folder, 'spoilt', String(made++));
      await mkdir(join(source, `day=${day}`), { recursive: true });
      await withDatabase(database, async ({ run }) => {
        for (const [name, at] of [
          ['day', day],
          ['yesterday', daysBefore(day, 1)],
        ] as const) {
          await run(
            `CREATE VIEW ${name} AS SELECT * FROM read_parquet(${text(join(flights, `day=${at}`, '*.parquet'))}, hive_partitioning = false)`,
          );
        }
        await run(`COPY (${sql}) TO ${text(join(source, `day=${day}`, 'flights.parquet'))} (FORMAT parquet)`);
      });
      return profiles.profilePartition({ file: flightsModel(source), base: folder, day, reference });
    },
    check: async (lastDay, spoilt) => checkAt({ reference, data: file.data, profile }, lastDay, spoilt ?? new Map()),
  };
}

async function checkAt(
  { reference, data, profile }: Pick<QualityPlace, 'reference' | 'profile'> & Pick<ModelFile, 'data'>,
  lastDay: string,
  spoilt: ReadonlyMap<string, PartitionProfile | null>,
): Promise<Finding[]> {
  const days: DayProfile[] = [];
  for (let back = 6; back >= 0; back--) {
    const day = daysBefore(lastDay, back);
    days.push({ day, profile: spoilt.has(day) ? (spoilt.get(day) ?? null) : await profile(day) });
  }
  const history = [];
  for (let back = 28; back >= 7; back--) {
    const day = daysBefore(lastDay, back);
    const past = await profile(day);
    if (past !== null) history.push(toHistoryDay(day, past));
  }
  const current = mergeProfiles(days.flatMap((day) => day.profile ?? []));
  const asOf = new Date(Date.parse(lastDay) + dayMs + 6 * 3_600_000).toISOString();
  // Labels of the last day are looked at too, as those of a model whose labels come at once.
  const labelled = { ...data, label: { ...data.label, maturesAfter: '6h' } };
  return findQuality({ data: labelled, reference, current, days, history, rules: defaultRules, asOf });
}

export function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * dayMs).toISOString().slice(0, 10);
}

/** The columns of examples/flights/flight-delay.model.json, with a limit on missing values; its days lie in this folder. */
export function flightsModel(flights: string): ModelFile {
  const numbers = ['distance', 'dewp', 'wind_dir', 'wind_speed', 'wind_gust', 'precip', 'pressure', 'visib'];
  return modelFile.parse({
    model: 'flight-delay',
    task: 'binary-classification',
    data: {
      source: { format: 'parquet', uri: `${resolve(flights)}/day={date}/*.parquet` },
      time: 'scheduled_departure',
      id: 'flight_id',
      label: { column: 'late', maturesAfter: '1d' },
      features: {
        hour: { type: 'numeric', range: [0, 24] },
        weekday: { type: 'numeric', range: [0, 7] },
        temp: { type: 'numeric', range: [-30, 130] },
        humid: { type: 'numeric', range: [0, 100], missing: { atMost: 0.1 } },
        ...Object.fromEntries(numbers.map((name) => [name, { type: 'numeric' }])),
        ...Object.fromEntries(['carrier', 'origin', 'dest'].map((name) => [name, { type: 'categorical' }])),
      },
      sensitive: ['tailnum'],
    },
    plan: {},
  });
}
