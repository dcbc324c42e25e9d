import type { AlarmEnd, AlarmRecord, Mute } from '../../alarm/alarm.ts';
import type { AlarmList } from '../../api/wire.ts';
import { formatDay, formatInstant } from '../../report/numbers.ts';
import { paint, type Style } from './style.ts';
import { type Cell, renderTable, withTexts } from './table.ts';

interface Asked extends Style {
  readonly model: string | null;
  /** ISO; whether a snooze is over. */
  readonly now: string;
}

/** What is open, then what has closed, then what is muted. */
export function renderAlarms({ alarms, mutes }: AlarmList, asked: Asked): string {
  const open = alarms.filter(({ closedAt }) => closedAt === null);
  const closed = alarms.filter(({ closedAt }) => closedAt !== null);
  const section = (title: string, body: string) => `${paint(asked, 'strong', title)}\n${body}`;
  const parts = [
    open.length === 0
      ? paint(asked, 'good', `✔ No alarm${asked.model === null ? '' : ` of ${asked.model}`} is open.`)
      : section(`${open.length} open`, `${openTable(open, asked)}\n  perennial alarms show ${open[0]?.id}`),
    ...(closed.length > 0 ? [section(`${closed.length} closed`, closedTable(closed, asked))] : []),
    ...(mutes.length > 0 ? [section(`${mutes.length} muted`, muteTable(mutes, asked))] : []),
  ];
  return parts.join('\n\n');
}

function openTable(alarms: readonly AlarmRecord[], asked: Asked): string {
  const columns = [
    { title: 'alarm', align: 'right' },
    { title: 'model', shrinkTo: 8 },
    { title: 'kind' },
    { title: '' },
    { title: 'since' },
    { title: 'last seen', dropOrder: 2 },
    { title: 'state', shrinkTo: 12, dropOrder: 1 },
  ] as const;
  const rows = alarms.map((alarm): Cell[] => [
    { text: String(alarm.id), tone: 'strong' },
    ...[alarm.model, alarm.kind, severityCell(alarm), formatDay(alarm.asOf), formatDay(alarm.seenAsOf)],
    stateOf(alarm, asked.now),
  ]);
  return withTexts(summaries(alarms), renderTable(columns, rows, { ...asked, indent: 2 }), asked);
}

function closedTable(alarms: readonly AlarmRecord[], style: Style): string {
  const columns = [
    { title: 'alarm', align: 'right' },
    { title: 'model', shrinkTo: 8 },
    { title: 'kind' },
    { title: 'since' },
    { title: 'last seen', dropOrder: 2 },
    { title: 'closed' },
    { title: 'because' },
  ] as const;
  const rows = alarms.map((alarm): Cell[] => [
    String(alarm.id),
    ...[alarm.model, alarm.kind, formatDay(alarm.asOf), formatDay(alarm.seenAsOf), formatInstant(alarm.closedAt)],
    alarm.end === null ? '–' : ends[alarm.end],
  ]);
  return withTexts(summaries(alarms), renderTable(columns, rows, { ...style, indent: 2 }), style);
}

const summaries = (alarms: readonly AlarmRecord[]) => alarms.map(({ summary }) => summary);

const ends: Readonly<Record<AlarmEnd, string>> = {
  clean: 'it has gone',
  'new-champion': 'a new champion',
  'by-hand': 'by hand',
  muted: 'muted',
  folded: 'one alarm a day before',
};

function muteTable(mutes: readonly Mute[], style: Style): string {
  const columns = [
    { title: 'column' },
    { title: 'code' },
    { title: 'until' },
    { title: 'by' },
    { title: 'why', shrinkTo: 20 },
  ] as const;
  const rows = mutes.map(({ column, code, until, by, reason }): Cell[] => [
    column ?? 'any',
    code ?? 'any',
    until === null ? 'for ever' : formatDay(until),
    by.name,
    reason,
  ]);
  return renderTable(columns, rows, { ...style, indent: 2 });
}

/** One alarm with all that it has found. */
export function renderAlarm(alarm: AlarmRecord, asked: Asked): string {
  const { id, model, kind, asOf, openedAt, seenAsOf, acknowledged, snoozedUntil, closedAt, run, evidence } = alarm;
  const { text, tone } = severityCell(alarm);
  const day = formatDay(seenAsOf).replace(' ', 'T');
  const facts = [
    `since ${formatDay(asOf)}, last seen ${formatDay(seenAsOf)}, opened ${formatInstant(openedAt)}`,
    ...(closedAt === null ? [] : [`closed ${formatInstant(closedAt)}: ${alarm.end === null ? '–' : ends[alarm.end]}`]),
    ...(acknowledged === null
      ? []
      : [`${acknowledged.by.name} knows since ${formatInstant(acknowledged.at)}: ${acknowledged.comment}`]),
    ...(snoozedUntil !== null && snoozedUntil > asked.now ? [`snoozed until ${formatInstant(snoozedUntil)}`] : []),
    ...(run === null ? [] : [`answered by ${run}`]),
  ];
  return [
    `${paint(asked, 'strong', `${kind} alarm ${id} of ${model}`)}  ${paint(asked, tone, text)}`,
    ...facts.map((line) => `  ${line}`),
    '',
    findingTable(alarm, asked),
    ...(evidence === '' ? [] : [`  perennial checks ${model} --show ${day}`]),
  ].join('\n');
}

function findingTable({ findings, findingCount }: AlarmRecord, style: Style): string {
  const columns = [
    { title: '' },
    { title: 'column', shrinkTo: 12 },
    { title: 'code', dropOrder: 1 },
    { title: 'segment', dropOrder: 2 },
    { title: 'since' },
  ] as const;
  const rows = findings.map((finding): Cell[] => [
    severityCell(finding),
    finding.column ?? '–',
    finding.code,
    finding.segment ?? '–',
    formatDay(finding.since),
  ]);
  const texts = findings.map(({ says }) => says);
  const left = findingCount - findings.length;
  const more = left > 0 ? `\n  and ${left} more: see the report` : '';
  return withTexts(texts, renderTable(columns, rows, { ...style, indent: 2 }), style) + more;
}

function severityCell({ severity }: Pick<AlarmRecord['findings'][number], 'severity'>) {
  return severity === 'critical'
    ? ({ text: '✖ critical', tone: 'bad' } as const)
    : ({ text: '● warning', tone: 'warn' } as const);
}

/** What keeps it from being news: the first that holds. */
function stateOf({ snoozedUntil, run, acknowledged, cleanChecks }: AlarmRecord, now: string): string {
  if (snoozedUntil !== null && snoozedUntil > now) return `snoozed until ${formatDay(snoozedUntil)}`;
  if (cleanChecks > 0) return `clean for ${cleanChecks} ${cleanChecks === 1 ? 'check' : 'checks'}`;
  if (acknowledged !== null) return `${acknowledged.by.name} knows`;
  return run === null ? 'open' : `answered by ${run}`;
}
