import type { CompiledPlan, PlannedStage } from '../../plan/plan.ts';
import { formatDuration } from '../../report/numbers.ts';
import type { StageCost } from '../plan-costs.ts';
import { formatUsd } from './machines.ts';
import { paint, type Style } from './style.ts';
import { type Cell, renderTable } from './table.ts';

interface Priced extends Style {
  /** Day and region of the prices; null where none were needed. */
  readonly prices: { readonly date: string; readonly region: string } | null;
}

/** The stages of a plan in their order; under them what those on rented machines would try first, and cost at most. */
export function renderPlan(plan: CompiledPlan, costs: readonly StageCost[], style: Priced): string {
  const { model } = plan.file;
  const columns = [
    { title: 'stage' },
    { title: 'kind' },
    { title: 'needs', shrinkTo: 12 },
    { title: '', shrinkTo: 16 },
  ];
  const rows = plan.stages.map((stage): Cell[] => [
    { text: stage.name, tone: 'strong' },
    stage.spec.kind,
    stage.needs.join(', ') || '–',
    detailOf(stage),
  ]);
  const head = `${paint(style, 'strong', model)}  ${plan.stages.length} stages`;
  return [
    `${head}\n${renderTable(columns, rows, { ...style, indent: 2 })}`,
    ...costs.map((cost) => costText(cost, style)),
    ...(costs.length > 1 ? [totalText(costs, style)] : []),
    ...(style.prices ? [paint(style, 'muted', pricesText(style.prices))] : []),
  ].join('\n\n');
}

function detailOf({ spec }: PlannedStage): string {
  if (spec.kind !== 'train') return '';
  const trainer = typeof spec.trainer === 'string' ? spec.trainer : spec.trainer.command.join(' ');
  const { sweep } = spec;
  const trials = sweep ? `, ${sweep.trials} trials, ${Math.min(sweep.trials, sweep.parallel)} at a time` : '';
  return `${trainer}${trials}, on ${spec.compute}`;
}

function costText(cost: StageCost, style: Style): string {
  const { stage, compute, spec, offers, trouble } = cost;
  const life = formatDuration(spec.maxHours * 3_600_000);
  const head = `${paint(style, 'strong', stage)} on ${compute}: each training at most ${life} and ${formatUsd(spec.maxUsd)}`;
  if (trouble) return [head, paint(style, 'bad', `  ✖ ${trouble.message}`), `    ${trouble.hint}`].join('\n');
  const columns = [
    { title: 'would try' },
    { title: 'market' },
    { title: 'an hour', align: 'right' },
    { title: `for ${life}`, align: 'right' },
  ] as const;
  const rows = offers.map(({ offer: { type, market, usdPerHour }, usdAtMost }): Cell[] => {
    const most = market === 'spot' ? '≤ ' : '';
    const tooDear = usdAtMost > spec.maxUsd;
    const whole = tooDear
      ? `only under ${formatUsd(spec.maxUsd / spec.maxHours)} an hour`
      : `${most}${formatUsd(usdAtMost)}`;
    return [type, market, `${most}${formatUsd(usdPerHour)}`, whole];
  });
  return [head, renderTable(columns, rows, { ...style, indent: 2 }), `  ${worstText(cost)}`].join('\n');
}

function worstText({ trainings, parallel, usd }: StageCost): string {
  const limit = `whatever is refused or lost never more than ${formatUsd(usd.limit)}`;
  if (trainings === 1) return `1 training on these: at most ${formatUsd(usd.inAll)}; ${limit}`;
  const most = `at most ${formatUsd(usd.atOnce)} at once and ${formatUsd(usd.inAll)} in all`;
  return `${trainings} trainings on these, ${parallel} at a time: ${most}; ${limit}`;
}

function pricesText({ date, region }: NonNullable<Priced['prices']>): string {
  return `Prices on demand in ${region} as of ${date}; a spot machine (≤) is usually far cheaper.`;
}

function totalText(costs: readonly StageCost[], style: Style): string {
  const inAll = costs.reduce((sum, { usd }) => sum + usd.inAll, 0);
  const limit = costs.reduce((sum, { usd }) => sum + usd.limit, 0);
  const text = `A run on these costs at most ${formatUsd(inAll)}; whatever is refused or lost never more than ${formatUsd(limit)}.`;
  return paint(style, 'strong', text);
}
