import type { RolloutProgress } from '../../../workflows/messages.ts';
import { formatCount, formatDuration, formatInterval, formatNumber, formatShare } from '../../report/numbers.ts';
import type { RolloutGateResult, RolloutLook } from '../../rollout/report.ts';
import { bar } from './histogram.ts';
import { paint, type Style, wrap } from './style.ts';
import { type Cell, renderTable } from './table.ts';
import { verdictMark } from './verdict.ts';

/** One look at a rollout: each gate with both arms, and how near its evidence is to rolling back. */
export function renderLook(look: RolloutLook, style: Style): string {
  const mark = verdictMark(look.verdict);
  const phase = look.phase === 'shadow' ? 'shadow' : `canary ${formatShare(look.weight)}`;
  const at = `${look.at.slice(0, 19).replace('T', ' ')} UTC`;
  const head = `${paint(style, 'strong', look.rollout)}  ${phase}  ${paint(style, mark.tone, `${mark.glyph} ${mark.word}`)}  ${paint(style, 'muted', at)}`;
  const columns = [
    { title: 'gate', shrinkTo: 12 },
    { title: 'stable', align: 'right' },
    { title: look.phase === 'shadow' ? 'shadow' : 'canary', align: 'right' },
    { title: 'interval', dropOrder: 2 },
    { title: 'n', align: 'right', dropOrder: 1 },
    { title: 'evidence to roll back' },
    { title: 'verdict' },
  ] as const;
  const gates = look.gates.filter(({ phase: each }) => each === look.phase);
  return `${head}\n${renderTable(columns, gates.map(row), { ...style, indent: 2 })}`;
}

/** Where a rollout stands, with its latest look. */
export function renderRollout(
  progress: RolloutProgress,
  look: RolloutLook | null,
  style: Style & { readonly now: string },
): string {
  const { phase, weight, paused, since, rollout, model, version, detail } = progress;
  const ended = phase === 'promoted' || phase === 'rolled-back';
  const tone = phase === 'promoted' ? 'good' : phase === 'rolled-back' ? 'bad' : 'accent';
  const glyph = phase === 'promoted' ? '✔' : phase === 'rolled-back' ? '✖' : '●';
  const time = ended ? '' : `  for ${formatDuration(Date.parse(style.now) - Date.parse(since))}`;
  const state = paint(style, tone, `${glyph} ${phase.replace('-', ' ')}`);
  const head = `${paint(style, 'strong', `${model} v${version}`)}  ${state}  ${bar(weight, 10)} ${formatShare(weight)}${time}`;
  const pausedNote = paused ? paint(style, 'warn', '  ◆ paused') : '';
  return [
    `${head}${pausedNote}  ${paint(style, 'muted', rollout)}`,
    ...wrap(detail, style.width - 2).map((line) => `  ${line}`),
    ...(look ? ['', renderLook(look, style)] : []),
  ].join('\n');
}

function row(gate: RolloutGateResult): Cell[] {
  const mark = verdictMark(gate.verdict);
  const format = gate.metric === 'latency' ? formatNumber : formatShare;
  return [
    gate.name,
    format(gate.stable),
    format(gate.canary),
    formatInterval(gate.interval),
    formatCount(gate.n),
    `${bar(nearness(gate), 8)} ${formatNumber(gate.eValue)} of ${formatNumber(gate.threshold)}`,
    { text: `${mark.glyph} ${mark.word}`, tone: mark.tone },
  ];
}

/** On a logarithmic scale, as evidence multiplies: 0 at an e-value of 1 or less, 1 where it decides. */
function nearness({ eValue, threshold }: RolloutGateResult): number {
  if (eValue <= 1 || threshold <= 1) return 0;
  return Math.log(eValue) / Math.log(threshold);
}

/** What is new since the last state, a line each. */
export function rolloutLog(
  previous: { readonly progress: RolloutProgress; readonly look: RolloutLook | null } | null,
  { progress, look }: { readonly progress: RolloutProgress; readonly look: RolloutLook | null },
): readonly string[] {
  const { phase, weight, paused, model, version, detail } = progress;
  const before = previous?.progress;
  const lines: string[] = [];
  if (before?.phase !== phase || before.weight !== weight || before.paused !== paused) {
    const state = `${phase.replace('-', ' ')} ${formatShare(weight)}${paused ? ', paused' : ''}`;
    lines.push([`${model} v${version}`, state, detail].filter((part) => part !== '').join('  '));
  }
  const seen = look ? lookText(look) : '';
  if (seen !== '' && seen !== (previous?.look ? lookText(previous.look) : '')) lines.push(seen);
  return lines;
}

/** A look at which nothing has changed reads as the one before, and is not told again. */
function lookText({ gates, verdict }: RolloutLook): string {
  const told = gates.map(({ name, verdict: each, n }) => `${name} ${verdictMark(each).word} (n ${formatCount(n)})`);
  return `look ${verdictMark(verdict).word}: ${told.join('; ')}`;
}
