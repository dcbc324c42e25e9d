import type { History } from '../../api/wire.ts';
import type { EventRecord } from '../../registry/registry.ts';
import { formatInstant, formatShare } from '../../report/numbers.ts';
import { paint, paragraph, type Style, wrap } from './style.ts';
import { type Cell, renderTable, withTexts } from './table.ts';

/** From here on the reasons stand beside the events, and not below them. */
const besideFrom = 100;

/** Events, newest first, under what was live at the instant that was asked for. */
export function renderHistory({ model, events, live }: History, style: Style): string {
  const lines = live ? [...liveLines(live, style), ''] : [];
  if (events.length === 0) return [...lines, `${model} has no history yet.`].join('\n');
  return [...lines, renderEvents(events, style)].join('\n');
}

function liveLines(live: NonNullable<History['live']>, style: Style): string[] {
  const [what = '', ...who] = liveText(live);
  const first = wrap(`${formatInstant(live.at)} UTC: ${what}`, style.width).map((line) => paint(style, 'strong', line));
  return [...first, ...who.map((line) => paragraph(line, style))];
}

export function renderEvents(events: readonly EventRecord[], style: Style & { readonly indent?: number }): string {
  const columns = [
    { title: 'at (UTC)' },
    { title: 'what' },
    { title: 'version', dropOrder: 1 },
    { title: 'who', shrinkTo: 8 },
  ] as const;
  const rows = events.map(({ at, kind, version, actor }): Cell[] => [
    formatInstant(at),
    { text: kind, tone: kind === 'decision.override' ? 'bad' : 'strong' },
    version === null ? '' : `v${version}`,
    whoOf(actor),
  ]);
  const why = events.map(({ reason }, row) =>
    reason !== null && reason === events[row - 1]?.reason ? 'as above' : (reason ?? ''),
  );
  if (style.width < besideFrom) return withTexts(why, renderTable(columns, rows, style), style);
  const beside = rows.map((row, at) => [...row, why[at] ?? '']);
  return renderTable([...columns, { title: 'why', shrinkTo: 20, folds: true }], beside, style);
}

/** A part of the platform is known by its name. */
function whoOf({ name, via }: EventRecord['actor']): string {
  return via === 'workflow' || via === name ? name : `${name} (${via})`;
}

function liveText({
  stable,
  canary,
  weight,
  shadow,
  shadows = [],
  rollout,
  halted,
  since,
  by,
  reason,
}: NonNullable<History['live']>): string[] {
  if (stable === null) return ['nothing was live'];
  const parts = [`v${stable} was stable`];
  if (canary !== null) parts.push(`v${canary} answered ${formatShare(weight)} of the requests`);
  const copied = [...(shadow === null ? [] : [shadow]), ...shadows.filter((standing) => standing !== shadow)];
  if (copied.length > 0) parts.push(`${copied.map((seen) => `v${seen}`).join(' and ')} saw copies of them`);
  if (halted) parts.push(`a gateway had dropped it: ${halted}`);
  if (rollout !== null) parts.push(`in ${rollout}`);
  const who = since && by ? [`since ${formatInstant(since)} UTC, by ${whoOf(by)}${reason ? `: ${reason}` : ''}`] : [];
  return [parts.join(', '), ...who];
}
