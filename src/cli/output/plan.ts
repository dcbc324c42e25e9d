import type { Offer } from '../../compute/offer.ts';
import type { CompiledPlan, PlannedStage } from '../../plan/plan.ts';
import { formatDuration } from '../../report/numbers.ts';
import type { StageCost } from '../plan-costs.ts';
import { formatUsd } from './machines.ts';
import { paint, type Style, wrap } from './style.ts';
import { type Cell, renderTable } from './table.ts';

interface Priced extends Style {
  /** Day and region of the prices; null where none were needed. */
  readonly prices: { readonly date: string; readonly region: string } | null;
  /** Why nothing is expected: nobody could be asked about earlier runs. */
  readonly unasked: string | null;
}

/** The stages of a plan in their order; under them what those on rented machines would try first, and are likely to cost, and at most. */
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
    ...(style.prices ? [paint(style, 'muted', pricesText(style.prices, costs))] : []),
    ...(style.unasked ? [paint(style, 'muted', style.unasked)] : []),
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
  const rows = offers.map(({ offer, usdAtMost }): Cell[] => {
    const { type, market, usdPerHour } = offer;
    const about = market === 'on-demand' ? '' : isCeiling(offer) ? '≤ ' : '~ ';
    const most = market === 'spot' ? '≤ ' : '';
    return [type, market, `${about}${formatUsd(usdPerHour)}`, `${most}${formatUsd(usdAtMost)}`];
  });
  return [
    head,
    renderTable(columns, rows, { ...style, indent: 2 }),
    ...(cost.expected ? sayings('expected', expectedText(cost, cost.expected), style) : []),
    ...sayings('worst case', worstText(cost), style),
  ].join('\n');
}

/** Nobody knows the pool's own price: it stands at the one that it cannot pass. */
const isCeiling = ({ usdPerHour, ceilingUsdPerHour = usdPerHour }: Offer) => usdPerHour >= ceilingUsdPerHour;

/** A word, and beside it what is said, on as many lines as it takes. */
function sayings(word: string, text: string, { width }: Style): string[] {
  return wrap(text, width - 14).map((line, index) => `  ${(index === 0 ? word : '').padEnd(12)}${line}`);
}

function expectedText({ trainings, parallel }: StageCost, expected: NonNullable<StageCost['expected']>): string {
  const { seconds, usd, inAll } = expected;
  const each = `${formatDuration(seconds * 1_000)} and ${formatUsd(usd)}`;
  const from = `from ${expected.trainings} earlier ${expected.trainings === 1 ? 'training' : 'trainings'} on ${expected.type}`;
  const whole = `${trainings} trainings, ${parallel} at a time: ${formatDuration(inAll.seconds * 1_000)} and ${formatUsd(inAll.usd)}`;
  return trainings === 1 ? `${each}, ${from}` : `${each} each; ${whole}; ${from}`;
}

function worstText({ trainings, parallel, usd, dearest, spec }: StageCost): string {
  const life = formatDuration(spec.maxHours * 3_600_000);
  const where = dearest ? `on ${dearest.offer.type} on demand, where the ladder may end` : '';
  const limit = `with lost machines never over ${formatUsd(usd.limit)}`;
  if (trainings === 1) return `${formatUsd(usd.inAll)}: ${life} ${where}; ${limit}`;
  const most = `${formatUsd(usd.inAll)} for ${trainings} trainings, ${formatUsd(usd.atOnce)} for ${parallel} at once`;
  return `${most}: each ${life} ${where}; ${limit}`;
}

function pricesText({ date, region }: NonNullable<Priced['prices']>, costs: readonly StageCost[]): string {
  const asked = costs.some(({ offers }) => offers.some(({ offer }) => offer.market === 'spot' && !isCeiling(offer)));
  const spot = asked ? 'spot (~) moves by the hour, and is capped at' : 'spot (≤) is usually far cheaper than';
  return `Prices of ${region} as of ${date}; ${spot} the price on demand.`;
}

function totalText(costs: readonly StageCost[], style: Style): string {
  const total = (of: (cost: StageCost) => number) => formatUsd(costs.reduce((sum, cost) => sum + of(cost), 0));
  const likely = costs.every(({ expected }) => expected !== null)
    ? `expected ${total(({ expected }) => expected?.inAll.usd ?? 0)}, `
    : '';
  const worst = `at worst ${total(({ usd }) => usd.inAll)}; with lost machines never over ${total(({ usd }) => usd.limit)}`;
  return paint(style, 'strong', `All stages together: ${likely}${worst}.`);
}
