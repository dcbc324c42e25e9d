import { runCapped } from '../report/child.ts';
import { compiled, repository } from '../report/place.ts';
import { figure, goalRow, peerRow, type Row } from '../report/row.ts';
import { type Figures, figuresOf, leaksOf } from './figures.ts';

const sdk = 'AWS SDK with its default retries, same cloud';

/** 20 spot pools without capacity, then one that has it; a warm workflow and a warm connection. */
export async function ladderRows(): Promise<Row[]> {
  const of = await figuresOf('ladder');
  const [calls, ms] = [figure(of('refused: calls per pool')), figure(of('refused: ms'))];
  const spread =
    'from the first order to the last, by the clock of the cloud; each of our orders is an activity of its own';
  return [
    goalRow('20 refusing pools: calls per pool', 1, calls),
    peerRow('20 refusing pools: calls per pool', calls, {
      name: sdk,
      figure: figure(of('refused: calls per pool of the SDK')),
      note: 'three each until its retry budget is used up',
    }),
    goalRow('20 refusing pools, then a machine, ms', 1_000, ms, spread),
    peerRow('20 refusing pools, ms', ms, { name: sdk, figure: figure(of('refused: ms of the SDK')), note: spread }),
    goalRow('refusing pools asked by the next run', 0, figure(of('refused: calls of the next run'))),
  ];
}

/** Real training on machines that boot, whose lives are ended; heartbeat timeout 3 s. */
export async function livesRows(): Promise<Row[]> {
  const of = await figuresOf('lives');
  const whole = 'the worst of 50 machines counts; two trained side by side';
  return [
    worst('power lost: s until the crash is known', 4, of('crash: s until known'), 'heartbeat timeout 3 s, plus 1 s'),
    worst('cancel: s until the trainer has stopped', 1, of('cancel: s until the trainer has stopped')),
    worst('spot notice: s until the checkpoint is stored', 10, of('notice: s until stored')),
    worst('killed with -9: s of log lost', 5, of('kill -9: s of log lost'), whole),
    ...billRows(of),
  ];
}

/** The cloud's meter runs from `running` to `shutting-down`; a bill has whole seconds, and a minute at least. */
function billRows(of: Figures): Row[] {
  const machines = of('cost: s that books and meter differ');
  const day = `over all ${machines.length} machines of the measurement`;
  return [
    worst('s that our books and the meter of the cloud differ for one machine', 1, machines),
    worst('s that the sums of books and meters differ', 1, of('cost: s that the sums of books and meters differ'), day),
    worst('s that the sums of both bills differ', 1, of('cost: s that the sums of both bills differ'), day),
  ];
}

export async function leakRows(runs: number): Promise<Row[]> {
  const { machines, stranded, left, unheard, perToken, perAttempt, seconds } = await leaksOf(runs);
  const note = `${machines} machines in ${seconds.toFixed(0)} s; ${stranded} lived when all runs had closed, left by terminated ones`;
  return [
    goalRow(`machines alive after ${runs} random runs and one reap`, 0, figure([left]), note),
    goalRow(`most machines ever made for one order, ${runs} random runs`, 1, figure([perToken])),
    goalRow(
      `most machines ever made for one attempt, ${runs} random runs`,
      1,
      figure([perAttempt]),
      `${unheard} orders made a machine, and no answer to them ever came`,
    ),
  ];
}

/** The whole program, from start to exit. */
export async function offersRows(times: number): Promise<Row[]> {
  const command = [process.execPath, compiled('src/cli/main.js'), 'compute', 'offers'];
  const asked = ['--gpu', '1', '--vram', '20', '--memory', '64'];
  const took: number[] = [];
  for (let at = 0; at < times; at += 1) {
    const { code, ms, errors } = await runCapped([...command, ...asked], { cwd: repository, capMs: 60_000 });
    if (code !== 0) throw new Error(`compute offers ended with ${code}: ${errors}`);
    took.push(ms);
  }
  return [goalRow('perennial compute offers, ms from start to exit', 1_000, figure(took), 'the goal is our own')];
}

/** A promise about each of them is kept or broken by the worst. */
function worst(what: string, atMost: number, values: readonly number[], note?: string): Row {
  const row = goalRow(what, atMost, figure(values), note);
  return { ...row, holds: row.ours.max <= atMost };
}
