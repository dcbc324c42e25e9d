import { parseArgs } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { figure, goalRow, peerRow, type Row } from '../report/row.ts';
import { runSections } from '../report/sections.ts';
import { orderOf } from './standing-queue.ts';

/**
 * `npm run bench:fleet`: what priorities and turns of teams do on one standing machine with one slot. The peer is the same Temporal
 * server without its settings for matching: as it comes, it ignores both.
 */
const { values: flags } = parseArgs({
  options: { only: { type: 'string', multiple: true, default: [] }, runs: { type: 'string', default: '3' } },
});
Runtime.install({ logger: new DefaultLogger('ERROR') });
const runs = Number(flags.runs);
const without = { without: 'matching.' } as const;
const peerName = 'the same queue in order of arrival';

/** A whole team's flood, then three trainings of another team and one urgent one. */
async function floodRows(): Promise<Row[]> {
  const asked = [
    { team: 'flood', count: 200 },
    { team: 'late', count: 3 },
    { team: 'fire', count: 1, priority: 'urgent' },
  ] as const;
  const [ours, plain] = [
    await repeated(() => orderOf(asked, { flags: 'ours' })),
    [await orderOf(asked, { flags: without })],
  ];
  const place = (orders: readonly (readonly string[])[], team: string) =>
    figure(orders.map((order) => order.lastIndexOf(team) + 1));
  const row = (what: string, team: string) =>
    peerRow(what, place(ours, team), { name: peerName, figure: place(plain, team) });
  return [
    row('place of the last of 3 trainings of a team behind 200 of another', 'late'),
    row('place of an urgent training behind 203 others', 'fire'),
  ];
}

async function weightRows(): Promise<Row[]> {
  const asked = [
    { team: 'one', count: 60 },
    { team: 'three', count: 60 },
  ];
  const weights = new Map([['three', 3]]);
  const orders = await repeated(() => orderOf(asked, { flags: 'ours', weights }));
  const off = orders.map((order) => Math.abs(order.slice(0, 60).filter((team) => team === 'three').length - 45));
  return [goalRow('weights 3 to 1, first 60 trainings: how far from 45 to 15', 2, figure(off))];
}

async function repeated<T>(measure: () => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let run = 0; run < runs; run += 1) all.push(await measure());
  return all;
}

await runSections('fleet', { flood: floodRows, weights: weightRows }, { only: flags.only, keep: runs >= 3 });
process.exit();
