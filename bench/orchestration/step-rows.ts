import { goalRow, type Peer, peerRow, type Row, scaled } from '../report/row.ts';
import { timeBareTemporal } from './bare-temporal.ts';
import { type StepTimes, timeOurSteps, unit } from './our-steps.ts';
import { type Shape, shapes } from './plans.ts';
import { pythonPeers, timePythonPeer } from './python-peers.ts';
import { withPlatform } from './running-platform.ts';

/** What a stage costs: our interpreter against the goals and against what others take for the same shape. */
export async function stepRows({ runs, peers }: { readonly runs: number; readonly peers: boolean }): Promise<Row[]> {
  const ours = await withPlatform(async (running) => ({
    own: await timeOurSteps(running, 'of-their-own', runs),
    same: await timeOurSteps(running, 'same', runs),
  }));
  const rows = shapes.flatMap((shape) => ourRows(shape, ours.own, ours.same));
  if (!peers) return rows;
  for (const { name, times } of await bareTimes(runs))
    rows.push(...shapes.map((shape) => compared(shape, ours.own, { name, figure: times[shape] })));
  for (const shape of shapes)
    for (const peer of pythonPeers) rows.push(compared(shape, ours.own, await timePythonPeer(peer, shape)));
  return rows;
}

function ourRows(shape: Shape, own: StepTimes, same: StepTimes): Row[] {
  const { what, by, goal } = unit[shape];
  return [
    goalRow(what, goal, scaled(own[shape], by), 'the activity is on a worker of the user’s own, with its own queue'),
    goalRow(
      `${what}, one worker`,
      goal,
      scaled(same[shape], by),
      'workflow and activity on one worker and queue: Temporal hands the activity over with the workflow task',
    ),
  ];
}

async function bareTimes(runs: number): Promise<{ name: string; times: StepTimes }[]> {
  return [
    { name: 'bare Temporal, default flags', times: await timeBareTemporal('default', runs) },
    { name: 'bare Temporal, our flags, one worker', times: await timeBareTemporal('ours', runs) },
  ];
}

function compared(shape: Shape, ours: StepTimes, peer: Peer): Row {
  const { what, by } = unit[shape];
  return peerRow(what, scaled(ours[shape], by), { ...peer, figure: peer.figure && scaled(peer.figure, by) });
}
