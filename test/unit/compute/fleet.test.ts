import { describe, expect, it } from 'vitest';
import { fleetQueue, type StandingJob, standingQueues, unattended, waitingTeams } from '../../../src/compute/fleet.ts';
import { aPlan, snapshot, train } from '../../workflow/plans.ts';

const now = '2026-11-21T12:00:00.000Z';
const ago = (seconds: number) => new Date(Date.parse(now) - seconds * 1_000).toISOString();

function job(change: Partial<StandingJob> = {}): StandingJob {
  return {
    run: 'm-r1',
    stage: 'boosted',
    trial: null,
    queue: 'training',
    turn: { team: 'a', weight: 1, priority: 'normal' },
    state: 'waiting',
    since: ago(60),
    worker: null,
    ...change,
  };
}

const queue = (jobs: readonly StandingJob[], pollers: { readonly name: string; readonly seenAt: string }[] = []) =>
  fleetQueue('training', { queue: 'training', pollers, backlog: 0 }, { models: [], jobs, now });

describe('a queue of standing machines', () => {
  it('counts who was seen lately, and who trains: a worker without a free slot asks for nothing', () => {
    const seen = queue(
      [job({ state: 'training', worker: 'busy/1 slots=1' })],
      [
        { name: 'idle/1 slots=2', seenAt: ago(60) },
        { name: 'gone/1 slots=2', seenAt: ago(120) },
      ],
    );
    expect(seen.workers).toMatchObject([
      { host: 'busy/1', slots: 1, jobs: [{ run: 'm-r1' }] },
      { host: 'idle/1', slots: 2, jobs: [] },
    ]);
    expect(unattended(seen)).toBeNull();
  });

  it('without anybody says how to start a worker', () => {
    expect(unattended(queue([job()], [{ name: 'gone/1 slots=2', seenAt: ago(120) }]))).toEqual({
      why: 'no training worker listens on queue training',
      cure: 'PERENNIAL_TRAINING_QUEUE=training node dist/workers/training.js',
    });
  });

  it('sums up what waits by priority and team, the most pressing and oldest first', () => {
    const urgent = { team: 'a', weight: 1, priority: 'urgent' } as const;
    const other = { team: 'b', weight: 3, priority: 'normal' } as const;
    const jobs = [job(), job({ turn: other, since: ago(90) }), job({ turn: urgent, since: ago(1) }), job()];
    expect(waitingTeams(queue([...jobs, job({ queue: 'elsewhere' })]))).toEqual([
      { ...urgent, jobs: 1, since: ago(1) },
      { ...other, jobs: 1, since: ago(90) },
      { ...job().turn, jobs: 2, since: ago(60) },
    ]);
  });
});

describe('standingQueues', () => {
  it('finds the queues on which plans train, and leaves rented machines out', () => {
    const compute = {
      big: { provider: 'process', queue: 'big' },
      cloud: { provider: 'ec2', spot: false, maxHours: 1, maxUsd: 1 },
    };
    const on = (model: string, ...machines: string[]) => {
      const stages = machines.map((machine, at) => [`t${at}`, { ...train, compute: machine }]);
      return aPlan({ snapshot, ...Object.fromEntries(stages) }, { model, compute }).file;
    };
    const files = [on('one', 'big', 'big'), on('two', 'local', 'cloud'), on('three', 'cloud')];
    expect([...standingQueues(files, 'training')]).toEqual([
      ['training', ['two']],
      ['big', ['one']],
    ]);
  });
});
