import { describe, expect, it } from 'vitest';
import type { Fleet } from '../../../src/api/wire.ts';
import { renderFleet } from '../../../src/cli/output/fleet.ts';
import type { FleetQueue, StandingJob } from '../../../src/compute/fleet.ts';

const at = '2030-01-01T03:00:00.000Z';
const style = { color: false, width: 120 };

function aJob(change: Partial<StandingJob> = {}): StandingJob {
  return {
    ...{ run: 'clicks-r1', stage: 'boosted', trial: 3, queue: 'training', state: 'waiting', worker: null },
    turn: { team: 'search', weight: 1, priority: 'normal' },
    since: '2030-01-01T02:58:00.000Z',
    ...change,
  };
}

const control: FleetQueue = {
  ...{ queue: 'perennial', kind: 'control', models: [], waiting: [], backlog: 0 },
  workers: [{ name: '7@host', host: '7@host', slots: null, jobs: [] }],
};
const training: FleetQueue = { ...control, queue: 'training', kind: 'training', models: ['clicks'], workers: [] };
const render = (...queues: FleetQueue[]) => renderFleet({ at, queues, more: false } satisfies Fleet, style);

describe('renderFleet', () => {
  it('shows each queue with its workers, what they train, and what waits', () => {
    const job = aJob({ state: 'training', worker: 'box/1 slots=2' });
    const workers = [
      { name: 'box/1 slots=2', host: 'box/1', slots: 2, jobs: [job, { ...job, trial: null }] },
      { name: 'box/2 slots=1', host: 'box/2', slots: 1, jobs: [] },
    ];
    const urgent = aJob({ turn: { team: 'vision', weight: 3, priority: 'urgent' }, since: at });
    expect(render(control, { ...training, workers, waiting: [urgent, aJob(), aJob()] })).toMatchInlineSnapshot(`
      "perennial  1 worker

      training  2 workers, 2 of 3 slots busy, 3 wait  for clicks
        worker  slots  trains                     team      for
        box/1       2  clicks-r1 boosted trial 4  search  2m00s
                       clicks-r1 boosted          search  2m00s
        box/2       1  nothing
        priority  team    weight  wait  oldest for
        urgent    vision       3     1          0s
        normal    search       1     2       2m00s"
    `);
  });

  it('says how to start a worker where work waits and nobody listens', () => {
    expect(render(control, { ...training, waiting: [aJob()] })).toMatchInlineSnapshot(`
      "perennial  1 worker

      training  no workers, 1 wait  for clicks
        priority  team    weight  wait  oldest for
        normal    search       1     1       2m00s
        ✖ no training worker listens on queue training; start one with:
          PERENNIAL_TRAINING_QUEUE=training node dist/workers/training.js"
    `);
  });

  it('only remarks on a queue where nobody listens and nothing waits', () => {
    expect(render(training)).toContain('! no training worker listens on queue training');
  });

  it('says that no control worker runs, and how much waits for one', () => {
    const alone = render({ ...control, workers: [], backlog: 12 });
    expect(alone).toContain('no workers, about 12 tasks wait');
    expect(alone).toContain('✖ no control worker runs; start one with:\n    node dist/workers/control.js');
  });

  it('says when it has not seen all', () => {
    expect(renderFleet({ at, queues: [control], more: true }, style)).toContain('More trainings are open');
  });
});
