import type { StandingShadow } from '../../api/wire.ts';
import { formatInstant } from '../../report/numbers.ts';
import type { Style } from './style.ts';
import { type Cell, renderTable } from './table.ts';

export function renderShadows(model: string, shadows: readonly StandingShadow[], style: Style): string {
  if (shadows.length === 0)
    return `${model} has no standing shadow. Add one: perennial shadow add ${model}@<version> --reason "<why>"`;
  const columns = [
    { title: 'version' },
    { title: 'since (UTC)' },
    { title: 'who', shrinkTo: 8 },
    { title: 'why', shrinkTo: 12 },
  ] as const;
  const rows = shadows.map(({ version, since, by, reason }): Cell[] => [
    { text: `v${version}`, tone: 'strong' },
    since === null ? '–' : formatInstant(since),
    by === null ? '–' : `${by.name} (${by.via})`,
    reason ?? '',
  ]);
  return renderTable(columns, rows, style);
}
