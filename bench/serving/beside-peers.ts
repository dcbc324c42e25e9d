import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inTempFolder } from '../report/place.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { type FlightModels, flightModels } from './flight-models.ts';
import { type Load, type LoadTarget, load, requireWrk } from './load.ts';
import { startOurs } from './our-gateway.ts';
import { type ServingPeer, servingPeers, startPeer } from './peers.ts';

export interface BesidePeers {
  readonly rowsPerRequest: number;
  readonly seconds: number;
  readonly rounds: number;
  /** How many times our requests per second each peer's must be. */
  readonly goals: Readonly<Record<ServingPeer['environment'], number>>;
}

const connections = 32;

/** The gateway and its peers under the same load in the same run, one after the other in each round: request log and 95/5 split on. */
export async function besidePeers(options: BesidePeers): Promise<Row[]> {
  requireWrk();
  const models = await flightModels();
  return await inTempFolder('serving', async (folder) => {
    const measured = new Map<string, Load[]>();
    const runners = [
      { name: 'ours', measure: () => measureOurs(models, folder, options) },
      ...servingPeers.map((peer) => ({ name: peer.name, measure: () => measurePeer(peer, models, folder, options) })),
    ];
    for (let round = 0; round < options.rounds; round++) {
      for (const { name, measure } of runners) measured.set(name, [...(measured.get(name) ?? []), await measure()]);
    }
    const ours = measured.get('ours') ?? [];
    const peers = servingPeers.map((peer) => ({ peer, loads: measured.get(peer.name) ?? [] }));
    return [...peers.flatMap(({ peer, loads }) => ratioRows(ours, peer, loads, options)), ...ownRows(ours, options)];
  });
}

async function measureOurs(models: FlightModels, folder: string, options: BesidePeers): Promise<Load> {
  // Like its peers it goes before nobody.
  const gateway = await startOurs(models, folder, { niceness: 0 });
  try {
    const body = (rows: FlightModels['rows']) =>
      rows.length === 1 ? { features: rows[0] } : { rows: rows.map((features) => ({ features })) };
    const url = `${gateway.url}/v1/models/flight-delay/predict`;
    return await underLoad(
      { url, pid: gateway.process.pid ?? 0, bodies: bodiesOf(models, body, options) },
      folder,
      options,
    );
  } finally {
    await gateway.stop();
  }
}

async function measurePeer(
  peer: ServingPeer,
  models: FlightModels,
  folder: string,
  options: BesidePeers,
): Promise<Load> {
  const own = join(folder, peer.environment, `${performance.now()}`);
  await mkdir(own, { recursive: true });
  const running = await startPeer(peer, models, own, options.rowsPerRequest);
  try {
    return await underLoad({ ...running, bodies: bodiesOf(models, peer.body, options) }, own, options);
  } finally {
    await running.stop();
  }
}

async function underLoad(target: LoadTarget, folder: string, { seconds }: BesidePeers): Promise<Load> {
  await load(target, { folder, seconds: 2, connections });
  return await load(target, { folder, seconds, connections });
}

function bodiesOf(
  { rows }: FlightModels,
  body: (rows: FlightModels['rows']) => object,
  { rowsPerRequest: size }: BesidePeers,
): string[] {
  const bodies = size === 1 ? 200 : 19;
  return Array.from({ length: bodies }, (_, at) => JSON.stringify(body(rows.slice(at * size, (at + 1) * size))));
}

function ratioRows(ours: readonly Load[], peer: ServingPeer, loads: readonly Load[], options: BesidePeers): Row[] {
  const what = `${sizeOf(options)}, ${connections} connections`;
  const rate = (all: readonly Load[]) => figure(all.map((one) => one.requestsPerSecond));
  const cpu = (all: readonly Load[]) => figure(all.map((one) => one.cpuMicros));
  const goal = options.goals[peer.environment];
  const ratio = rate(ours).median / rate(loads).median;
  const { name } = peer;
  const peers = figure(loads.map((one) => one.memoryMiB)).median;
  return [
    {
      what: `requests a second: ${what}`,
      goal: `>= ${goal} x`,
      ours: rate(ours),
      peer: { name, figure: rate(loads) },
      ratio,
      holds: ratio >= goal,
      note: `peer: p99 ${figure(loads.map((one) => one.p99Ms)).median.toFixed(0)} ms, ${peers.toFixed(0)} MiB`,
    },
    {
      what: `CPU us a request: ${what}`,
      goal: null,
      ours: cpu(ours),
      peer: { name, figure: cpu(loads) },
      ratio: cpu(loads).median / cpu(ours).median,
      holds: cpu(loads).median > cpu(ours).median,
    },
  ];
}

function ownRows(ours: readonly Load[], options: BesidePeers): Row[] {
  const what = sizeOf(options);
  const failed: Row = goalRow(`failed requests: ${what}`, 0, figure(ours.map((one) => one.failed)));
  if (options.rowsPerRequest > 1) return [failed];
  return [
    failed,
    goalRow(`CPU us a request: ${what}`, 30, figure(ours.map((one) => one.cpuMicros))),
    goalRow(`p99 ms: ${what}`, 4, figure(ours.map((one) => one.p99Ms)), 'on a machine that has nothing else to do'),
    goalRow(`memory MiB under load: ${what}`, 100, figure(ours.map((one) => one.memoryMiB))),
  ];
}

function sizeOf({ rowsPerRequest }: BesidePeers): string {
  return rowsPerRequest === 1
    ? '1 row of JSON, 95/5 split, log on'
    : `${rowsPerRequest} rows of JSON, 95/5 split, log on`;
}
