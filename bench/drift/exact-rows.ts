import { inTempFolder } from '../report/place.ts';
import { type Figure, figure, goalRow, type Row, scaled } from '../report/row.ts';
import { peers, type Timed, timeOurs, timePeer } from './exact-peers.ts';
import { makeTables, type TwoTables } from './two-tables.ts';

const million = 1_000_000;
const wantedSeconds = 3;
/** Of the time of each peer, at most. */
const goals = { scipy: 1 / 4, nannyml: 1 / 4, evidently: 1 / 23 } as const;

/** Two tables of a million rows: ours and the peers in turn, each in a process of its own. */
export async function exactRows({ runs }: { readonly runs: number }): Promise<Row[]> {
  return inTempFolder('exact', async (folder) => {
    const tables = await makeTables(folder, million);
    await timeOurs(tables, folder);
    const ours: Timed[] = [];
    const rows: Row[] = [];
    for (const peer of peers) {
      // The slowest is asked once; ours is measured before and after each.
      const times = peer.folder === 'evidently' ? 1 : runs;
      const theirs: Timed[] = [];
      let trouble: string | undefined;
      for (let run = 0; run < times && trouble === undefined; run += 1) {
        ours.push(await timeOurs(tables, folder));
        try {
          theirs.push(await timePeer(peer.folder, tables));
        } catch (error) {
          trouble = error instanceof Error ? error.message : String(error);
        }
      }
      ours.push(await timeOurs(tables, folder));
      rows.push(peerShareRow(peer, ours, theirs, trouble));
    }
    return [...ownRows(ours), ...rows];
  });
}

function ownRows(ours: readonly Timed[]): Row[] {
  const what = '1,000,000 rows a side, 20 numeric and 5 categorical columns';
  return [
    goalRow(
      `${what}: read and compare, s`,
      wantedSeconds,
      scaled(msOf(ours), 1e-3),
      'all statistics, exact, with p-values and intervals',
    ),
    goalRow(`${what}: peak memory, MiB`, 300, figure(ours.map(({ rssMiB }) => rssMiB))),
  ];
}

function peerShareRow(
  { name, folder }: (typeof peers)[number],
  ours: readonly Timed[],
  theirs: readonly Timed[],
  trouble: string | undefined,
): Row {
  const what = `the same: our time by that of ${name}`;
  const goal = `<= ${goals[folder].toPrecision(2)}`;
  if (theirs.length === 0)
    return { what, goal, ours: msOf(ours), peer: { name, figure: null }, ratio: null, holds: null, note: trouble };
  const their = msOf(theirs);
  const share = scaled(msOf(ours), 1 / their.median);
  const memory = Math.round(figure(theirs.map(({ rssMiB }) => rssMiB)).median);
  const note = `${name}: ${(their.median / 1000).toFixed(1)} s, ${memory} MiB, n = ${their.n}; imports apart`;
  return {
    ...goalRow(what, goals[folder], share, note),
    goal,
    peer: { name, figure: scaled(their, 1e-3) },
    ratio: 1 / share.median,
  };
}

export function msOf(times: readonly Timed[]): Figure {
  return figure(times.map(({ ms }) => ms));
}

/** Ten times the rows: at most ten times the time, in bounded memory. */
export async function tenMillionRows({ runs }: { readonly runs: number }): Promise<Row[]> {
  return inTempFolder('ten-million', async (folder) => {
    const [one, ten] = [await makeTables(folder, million), await makeTables(folder, 10 * million)];
    const [ofOne, ofTen] = [[] as Timed[], [] as Timed[]];
    for (let run = 0; run < runs; run += 1) {
      ofOne.push(await timeOurs(one, folder));
      ofTen.push(await timeOurs(ten, folder));
    }
    ofOne.push(await timeOurs(one, folder));
    const note = `${(msOf(ofTen).median / 1000).toFixed(1)} s against ${(msOf(ofOne).median / 1000).toFixed(1)} s`;
    return [
      goalRow(
        '10,000,000 rows a side: times the time of 1,000,000',
        10,
        scaled(msOf(ofTen), 1 / msOf(ofOne).median),
        note,
      ),
      goalRow('10,000,000 rows a side: peak memory, MiB', 800, figure(ofTen.map(({ rssMiB }) => rssMiB))),
    ];
  });
}

/** A reference that was stored, sorted, against reading both tables. */
export async function storedRows({ runs }: { readonly runs: number }): Promise<Row[]> {
  return inTempFolder('stored', async (folder) => {
    const tables: TwoTables = await makeTables(folder, million);
    const preparing = await timeOurs(tables, folder, 'reference');
    const stored = { ...tables, reference: 'reference' };
    const [both, half] = [[] as Timed[], [] as Timed[]];
    for (let run = 0; run < runs; run += 1) {
      both.push(await timeOurs(tables, folder));
      half.push(await timeOurs(stored, folder));
    }
    const note = `${msOf(half).median.toFixed(0)} ms against ${msOf(both).median.toFixed(0)} ms; comparing and storing took ${(preparing.ms / 1000).toFixed(1)} s, once`;
    return [
      goalRow(
        '1,000,000 rows against a stored reference, of reading both',
        0.6,
        scaled(msOf(half), 1 / msOf(both).median),
        note,
      ),
    ];
  });
}
