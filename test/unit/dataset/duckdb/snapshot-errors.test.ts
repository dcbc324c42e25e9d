import { readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ModelFile } from '../../../../src/plan/schema.ts';
import {
  columns,
  type Format,
  query,
  snapshotOf,
  tripsModel,
  unlabelled,
  workspace,
  writeSource,
} from './workspace.ts';

type Space = Awaited<ReturnType<typeof workspace>>;

/** Takes a snapshot that must fail, leaving nothing in the store, and answers its error. */
async function failure(space: Space, file: ModelFile = tripsModel(), change: object = {}): Promise<unknown> {
  const error = await space.datasets.takeSnapshot({ ...snapshotOf(space, file), ...change }).then(
    () => new Error('a snapshot was taken'),
    (thrown: unknown) => thrown,
  );
  expect(await space.store.list('')).toEqual([]);
  return error;
}

function coded(code: string, ...says: readonly string[]): unknown {
  return expect.objectContaining({
    code,
    message: expect.stringMatching(says.map((part) => `(?=[^]*${part})`).join('')),
  });
}

async function withSource(options: Parameters<typeof writeSource>[1] = {}): Promise<Space> {
  const space = await workspace();
  await writeSource(join(space.folder, 'source'), options);
  return space;
}

describe('a snapshot is refused when the source', () => {
  test('columns whose types do not fit together are named, with a file', async () => {
    const space = await withSource();
    const odd = join(space.folder, 'source', '2024-03-05.parquet');
    await query((run) =>
      run(`COPY (SELECT * REPLACE ({a: hour} AS hour) FROM read_parquet('${odd}')) TO '${odd}.new' (FORMAT parquet)`),
    );
    await rename(`${odd}.new`, odd);
    expect(await failure(space)).toEqual(coded('PRN-DATASET-002', 'do not fit together', 'column "hour" is', 'STRUCT'));
  });

  test('has no file for the window, naming the paths that were tried', async () => {
    const space = await withSource();
    const error = await failure(space, tripsModel(), { asOf: '2025-01-20T00:00:00Z' });
    expect(error).toEqual(
      coded('PRN-DATASET-001', '18 paths', 'source/2025-01-02.parquet', 'source/2025-01-19.parquet'),
    );
  });

  test.each(['s3://bucket/{date}.parquet', 'file://elsewhere/{date}.parquet'])('has the URI %s', async (uri) => {
    const error = await failure(await workspace(), tripsModel({ source: { format: 'parquet', uri } }));
    expect(error).toEqual(coded('PRN-DATASET-003', uri.slice(0, 4)));
  });

  test.each(['parquet', 'json'] satisfies Format[])('has a broken %s file, naming it', async (format) => {
    const space = await withSource({ format });
    await truncate(join(space.folder, `source/2024-03-09.${format}`), 1200);
    const uri = `source/{date}.${format}`;
    const error = await failure(space, tripsModel({ source: { format, uri } }));
    expect(error).toEqual(coded('PRN-DATASET-002', `source/2024-03-09.${format}`));
  });

  test('has a CSV file with a row of too many values, naming it', async () => {
    const space = await withSource({ format: 'csv' });
    await writeFile(
      join(space.folder, 'source/2024-03-09.csv'),
      `trip,departure,wind\n${'a,b,c\n'.repeat(50)}a,b,c,d,e\n`,
    );
    const error = await failure(space, tripsModel({ source: { format: 'csv', uri: 'source/{date}.csv' } }));
    expect(error).toEqual(coded('PRN-DATASET-002', 'source/2024-03-09.csv'));
  });

  test('has a Parquet file whose pages are damaged behind a sound footer', async () => {
    const space = await withSource();
    const path = join(space.folder, 'source/2024-03-09.parquet');
    await query(async (run) => {
      await run(`COPY (SELECT * FROM '${path}') TO '${path}.new' (FORMAT parquet, COMPRESSION zstd)`);
    });
    const bytes = await readFile(`${path}.new`);
    await writeFile(path, bytes.fill(0xff, 4, 600));
    await rm(`${path}.new`);
    expect(await failure(space)).toEqual(coded('PRN-DATASET-002', 'source/2024-03-09.parquet'));
  });
});

describe('a snapshot is refused when a column', () => {
  test('is not in the source, with the nearest name that is', async () => {
    const features = { Wind: { type: 'numeric' }, carier: { type: 'categorical' }, altitude: { type: 'numeric' } };
    const error = await failure(await withSource(), tripsModel({ features }));
    expect(error).toEqual(
      coded(
        'PRN-DATASET-004',
        '"Wind" \\(did you mean "wind"',
        '"carier" \\(did you mean "carrier"',
        '"altitude"; it has trip,',
      ),
    );
  });

  test('that slices are asked for is not in the source', async () => {
    expect(await failure(await withSource(), tripsModel(), { keep: ['regoin'] })).toEqual(
      coded('PRN-DATASET-004', 'did you mean "region"'),
    );
  });

  test('is numeric by the model file and text in the source', async () => {
    const features = { wind: { type: 'numeric' }, carrier: { type: 'numeric' }, region: { type: 'numeric' } };
    const error = await failure(await withSource(), tripsModel({ features }));
    expect(error).toEqual(coded('PRN-DATASET-007', '"carrier" \\(VARCHAR: "A" in', '"region" \\(VARCHAR: "north"'));
  });

  test('is numeric by the model file and a timestamp in the source', async () => {
    const select = `${columns}, TIMESTAMP '2024-01-01' AS built`;
    const error = await failure(await withSource({ select }), tripsModel({ features: { built: { type: 'numeric' } } }));
    expect(error).toEqual(coded('PRN-DATASET-007', '"built" \\(TIMESTAMP'));
  });
});

describe('a snapshot is refused when the time', () => {
  test('is a number', async () => {
    expect(
      await failure(await withSource(), tripsModel({ time: 'hour', features: { wind: { type: 'numeric' } } })),
    ).toEqual(coded('PRN-DATASET-006', '"hour" has the type BIGINT'));
  });

  test('is text that is no timestamp', async () => {
    expect(await failure(await withSource(), tripsModel({ time: 'tail' }))).toEqual(
      coded('PRN-DATASET-006', '"tail" holds no timestamp in 432 rows', '"N1'),
    );
  });

  test('is missing in some rows', async () => {
    const select = columns.replace('AS departure', '+ CASE WHEN i = 100 THEN NULL ELSE to_hours(0) END AS departure');
    expect(await failure(await withSource({ select }))).toEqual(coded('PRN-DATASET-006', 'in 1 row: they are empty'));
  });
});

describe('a snapshot is refused when ids', () => {
  test('repeat, with how many and up to three of them', async () => {
    const select = columns.replace('lpad(CAST(i AS', 'lpad(CAST(CASE WHEN i % 50 = 1 THEN i + 1 ELSE i END AS');
    const error = await failure(await withSource({ select }));
    expect(error).toEqual(coded('PRN-DATASET-005', '6 values of "trip"', '"trip-00152", "trip-00202", "trip-00252"$'));
  });

  test('are missing', async () => {
    const select = columns.replace("'trip-' ||", 'CASE WHEN i = 101 THEN NULL ELSE 1 END ||');
    expect(await failure(await withSource({ select }))).toEqual(coded('PRN-DATASET-011', '1 row of the window'));
  });
});

describe('a snapshot is refused when the label', () => {
  test.each([
    ['binary-classification', 'i / 7.0', '"10.14'],
    ['regression', "CASE WHEN i % 2 = 0 THEN 'soon' ELSE '3' END", '"soon"'],
  ] as const)('does not fit %s', async (task, label, example) => {
    const space = await withSource({ select: `${unlabelled}, ${label} AS late` });
    expect(await failure(space, tripsModel({}, task))).toEqual(coded('PRN-DATASET-008', task, example));
  });
});

describe('a snapshot is refused when a part has no rows', () => {
  test.each([
    ['train', "moment >= TIMESTAMP '2024-03-15'"],
    ['validation', "moment < TIMESTAMP '2024-03-14' OR moment >= TIMESTAMP '2024-03-17'"],
    ['holdout', "moment < TIMESTAMP '2024-03-17'"],
  ])('%s, with its window', async (part, where) => {
    const space = await withSource({ where });
    expect(await failure(space)).toEqual(coded('PRN-DATASET-009', `${part} \\(2024-03-`, 'days had no file'));
  });
});
