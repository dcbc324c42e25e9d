import type { ConsumerDetail } from '../../api/wire.ts';
import { formatCount, formatInstant } from '../../report/numbers.ts';
import type { Style } from './style.ts';
import { type Cell, renderTable } from './table.ts';

/** Who calls what: one line for each pair; who has no key (any more) says so. */
export function renderConsumers(
  consumers: readonly ConsumerDetail[],
  { model, ...style }: Style & { readonly model: string | null },
): string {
  if (consumers.length === 0) {
    const whose = model === null ? 'No model has' : `${model} has no`;
    return `${whose} declared consumer${model === null ? 's' : ''}. Make a key: perennial consumers add ${model ?? '<model>'} <name>`;
  }
  const columns = [
    { title: 'consumer' },
    { title: 'model', shrinkTo: 10 },
    { title: 'may ask', align: 'right' },
    { title: 'has asked', align: 'right' },
    { title: 'since (UTC)', dropOrder: 1 },
    { title: 'last (UTC)' },
    { title: '' },
  ] as const;
  const instant = (at: string | null): string => (at === null ? 'never' : formatInstant(at));
  const rows = consumers.map((one): Cell[] => [
    { text: one.consumer, tone: 'strong' },
    ...[one.model, formatQuota(one), formatCount(one.requests), instant(one.firstSeen), instant(one.lastSeen)],
    { text: one.hasKey ? '' : 'no key', tone: 'muted' },
  ]);
  return renderTable(columns, rows, style);
}

/** `600/min`, or `no limit`. */
export function formatQuota({ requestsPerMinute }: Pick<ConsumerDetail, 'requestsPerMinute'>): string {
  return requestsPerMinute === null ? 'no limit' : `${formatCount(requestsPerMinute)}/min`;
}
