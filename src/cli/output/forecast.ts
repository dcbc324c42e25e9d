import { durationMs } from '../../plan/duration.ts';
import type { RolloutStage } from '../../plan/schema.ts';
import { formatCount, formatDuration, formatShare } from '../../report/numbers.ts';
import { type Forecast, type Found, type GateForecast, plannedMs } from '../../rollout/forecast.ts';
import type { Expected } from '../../rollout/harm.ts';
import { paint, paragraph, type Style } from './style.ts';
import { type Cell, renderTable } from './table.ts';

export interface ShownForecast {
  readonly model: string;
  readonly spec: RolloutStage;
  readonly expected: Expected;
  readonly rollouts: number;
  /** The traffic was read from the log. */
  readonly seen: boolean;
  readonly foreseen: Forecast;
}

const meaning =
  'surely finds: the smallest harm that was found 9 times of 10; after: the median time to that; served by then: what the worse version has answered; below ×…: of versions that many times as bad, the share that is rolled back.';

/** How long, and what would be found. */
export function renderForecast(
  { model, spec, expected, rollouts, seen, foreseen }: ShownForecast,
  style: Style,
): string {
  const { healthy, gates } = foreseen;
  const shadow = durationMs(spec.shadow) > 0 ? `shadow ${spec.shadow}, ` : '';
  const steps = spec.steps.map((step) => `${formatShare(step.weight)}${step.weight < 1 ? ` for ${step.for}` : ''}`);
  const harms = harmsOf(gates);
  const columns = [
    { title: 'gate', shrinkTo: 18, folds: true },
    { title: 'surely finds', shrinkTo: 12, folds: true },
    { title: 'after', align: 'right' },
    { title: 'served by then', align: 'right', dropOrder: 1 },
    ...harms.map((factor) => ({ title: factor, align: 'right', dropOrder: 2 }) as const),
  ] as const;
  return [
    `${paint(style, 'strong', model)}  ${shadow}${steps.join(', ')}: ${formatDuration(plannedMs(spec))} at least`,
    `  ${seen ? 'as logged' : 'as told'}: ${traffic(expected)}`,
    '',
    `A version as good as the champion, ${formatCount(rollouts)} times:`,
    `  promoted ${formatShare(healthy.promoted)}, rolled back ${formatShare(healthy.rolledBack)}, not proven in time ${formatShare(healthy.unproven)}`,
    `  takes ${formatDuration(healthy.medianMs)}; one in ten takes ${formatDuration(healthy.slowMs)} or longer`,
    '',
    'A version that is worse, rolled back before it is promoted:',
    renderTable(columns, gates.map(row), { ...style, indent: 2 }),
    '',
    paragraph(meaning, style, 'muted'),
  ].join('\n');
}

function traffic({ requestsPerHour, behaviour, labelled, labelAfterMs }: Expected): string {
  const labels = labelAfterMs > 0 ? `labels after ${formatDuration(labelAfterMs)}` : 'labels at once';
  return `${formatCount(requestsPerHour)} requests an hour, ${formatShare(behaviour.error)} fail, ${formatShare(behaviour.wrong)} wrong, ${labels} for ${formatShare(labelled)}`;
}

function row({ name, metric, finds, harms }: GateForecast): Cell[] {
  return [
    name,
    finds ? size(metric, finds.factor) : { text: 'nothing that was tried', tone: 'warn' },
    finds?.medianMs == null ? '–' : formatDuration(finds.medianMs),
    finds?.answered == null ? '–' : formatCount(finds.answered),
    ...harms.map(({ share }) => formatShare(share)),
  ];
}

const harmsOf = (gates: readonly GateForecast[]): readonly string[] =>
  gates[0]?.harms.map(({ factor }: Found) => `×${factor}`) ?? [];

function size(metric: GateForecast['metric'], factor: number): string {
  if (metric === 'score') return `shift of ${Number((factor - 1).toFixed(2))} sd`;
  return factor >= 2 ? `×${factor}` : `+${formatShare(factor - 1)}`;
}
