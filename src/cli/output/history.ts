import type { History } from '../../api/wire.ts';
import type { EventRecord } from '../../registry/registry.ts';
import { formatInstant, formatShare } from '../../report/numbers.ts';
import { paint, paragraph, type Style, wrap } from './style.ts';
import { type Cell, renderTable } from './table.ts';

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
    { title: 'who', shrinkTo: 8, folds: true },
    { title: 'why', shrinkTo: 20, folds: true },
  ] as const;
  const rows = events.map(({ at, kind, version, actor, reason }, row): Cell[] => [
    formatInstant(at),
    { text: kind, tone: kind === 'decision.override' ? 'bad' : 'strong' },
    version === null ? '' : `v${version}`,
    whoOf(actor),
    reason !== null && reason === events[row - 1]?.reason ? { text: 'as above', tone: 'muted' } : (reason ?? ''),
  ]);
  return renderTable(columns, rows, style);
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
