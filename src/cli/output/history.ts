import type { History } from '../../api/wire.ts';
import type { EventRecord } from '../../registry/registry.ts';
import { formatInstant, formatShare } from '../../report/numbers.ts';
import { paint, type Style } from './style.ts';
import { type Cell, renderTable } from './table.ts';

/** Events, newest first, under what was live at the instant that was asked for. */
export function renderHistory({ model, events, live }: History, style: Style): string {
  const lines = live ? [paint(style, 'strong', `${formatInstant(live.at)} UTC: ${liveText(live)}`), ''] : [];
  if (events.length === 0) return [...lines, `${model} has no history yet.`].join('\n');
  return [...lines, renderEvents(events, style)].join('\n');
}

export function renderEvents(events: readonly EventRecord[], style: Style & { readonly indent?: number }): string {
  const columns = [
    { title: 'at (UTC)' },
    { title: 'what' },
    { title: 'version', dropOrder: 1 },
    { title: 'who', shrinkTo: 8 },
    { title: 'why', shrinkTo: 12 },
  ] as const;
  const rows = events.map(({ at, kind, version, actor, reason }): Cell[] => [
    formatInstant(at),
    { text: kind, tone: kind === 'decision.override' ? 'bad' : 'strong' },
    version === null ? '' : `v${version}`,
    `${actor.name} (${actor.via})`,
    reason ?? '',
  ]);
  return renderTable(columns, rows, style);
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
}: NonNullable<History['live']>): string {
  if (stable === null) return 'nothing was live';
  const parts = [`v${stable} was stable`];
  if (canary !== null) parts.push(`v${canary} answered ${formatShare(weight)} of the requests`);
  const copied = [...(shadow === null ? [] : [shadow]), ...shadows.filter((standing) => standing !== shadow)];
  if (copied.length > 0) parts.push(`${copied.map((seen) => `v${seen}`).join(' and ')} saw copies of them`);
  if (halted) parts.push(`a gateway had dropped it: ${halted}`);
  if (rollout !== null) parts.push(`in ${rollout}`);
  const who =
    since && by ? `\n  since ${formatInstant(since)} UTC, by ${by.name} (${by.via})${reason ? `: ${reason}` : ''}` : '';
  return `${parts.join(', ')}${who}`;
}
