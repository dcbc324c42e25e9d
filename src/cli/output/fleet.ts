import type { Fleet } from '../../api/wire.ts';
import { type FleetQueue, type StandingJob, unattended, waitingTeams } from '../../compute/fleet.ts';
import { formatCount, formatDuration, formatNumber } from '../../report/numbers.ts';
import { paint, type Style } from './style.ts';
import { type Cell, renderTable } from './table.ts';

/** Queue by queue: its workers with what they train, and whose work waits. Rented machines have queues of their own. */
export function renderFleet({ queues, at, more }: Fleet, style: Style): string {
  const parts = queues.map((queue) => queueText(queue, { ...style, at }));
  if (more) parts.push(paint(style, 'warn', 'More trainings are open than were looked at: more may train or wait.'));
  return parts.join('\n\n');
}

interface Asked extends Style {
  /** The server's clock. */
  readonly at: string;
}

function queueText(queue: FleetQueue, asked: Asked): string {
  const models = queue.models.length > 0 ? paint(asked, 'muted', `  for ${queue.models.join(', ')}`) : '';
  const parts = [`${paint(asked, 'strong', queue.queue)}  ${standing(queue)}${models}`];
  if (queue.kind === 'training' && queue.workers.length > 0) parts.push(workersTable(queue, asked));
  if (queue.waiting.length > 0) parts.push(waitingTable(queue, asked));
  const alone = unattended(queue);
  if (!alone) return parts.join('\n');
  const needed = queue.kind === 'control' || queue.waiting.length > 0;
  const mark = needed ? paint(asked, 'bad', `  ✖ ${alone.why}`) : paint(asked, 'warn', `  ! ${alone.why}`);
  return [...parts, `${mark}; start one with:`, `    ${alone.cure}`].join('\n');
}

/** `2 workers, 1 of 3 slots busy, 23 wait` */
function standing(queue: FleetQueue): string {
  const { workers, kind, backlog, waiting } = queue;
  const counted = workers.length === 1 ? '1 worker' : `${workers.length || 'no'} workers`;
  if (kind === 'control') return backlog > 0 ? `${counted}, about ${formatCount(backlog)} tasks wait` : counted;
  const busy = workers.reduce((sum, { jobs }) => sum + jobs.length, 0);
  const slots = workers.reduce((sum, each) => sum + (each.slots ?? each.jobs.length), 0);
  const waits = waiting.length === 0 ? 'nothing waits' : `${waiting.length} wait`;
  return [counted, ...(slots > 0 ? [`${busy} of ${slots} slots busy`] : []), waits].join(', ');
}

function workersTable({ workers }: FleetQueue, asked: Asked): string {
  const columns = [
    { title: 'worker', shrinkTo: 16 },
    { title: 'slots', align: 'right', dropOrder: 2 },
    { title: 'trains', shrinkTo: 12 },
    { title: 'team', shrinkTo: 8, dropOrder: 1 },
    { title: 'for', align: 'right' },
  ] as const;
  const rows = workers.flatMap(({ host, slots, jobs }): Cell[][] => {
    const head = [host, slots === null ? '–' : `${slots}`];
    if (jobs.length === 0) return [[...head, { text: 'nothing', tone: 'muted' }, '', '']];
    return jobs.map((job, index) => [
      ...(index === 0 ? head : ['', '']),
      jobText(job),
      job.turn.team,
      age(job.since, asked),
    ]);
  });
  return renderTable(columns, rows, { ...asked, indent: 2 });
}

function waitingTable(queue: FleetQueue, asked: Asked): string {
  const columns = [
    { title: 'priority' },
    { title: 'team', shrinkTo: 8 },
    { title: 'weight', align: 'right', dropOrder: 1 },
    { title: 'wait', align: 'right' },
    { title: 'oldest for', align: 'right' },
  ] as const;
  const rows = waitingTeams(queue).map(({ priority, team, weight, jobs, since }): Cell[] => [
    { text: priority, tone: priority === 'urgent' ? 'warn' : 'plain' },
    team,
    formatNumber(weight),
    formatCount(jobs),
    age(since, asked),
  ]);
  return renderTable(columns, rows, { ...asked, indent: 2 });
}

function jobText({ run, stage, trial }: StandingJob): string {
  return `${run} ${stage}${trial === null ? '' : ` trial ${trial + 1}`}`.trim();
}

const age = (since: string, { at }: Asked) => formatDuration(Math.max(0, Date.parse(at) - Date.parse(since)));
