import type { RolloutProgress, RolloutStep } from '../../../workflows/messages.ts';
import { formatCount, formatDuration, formatInterval, formatNumber, formatShare } from '../../report/numbers.ts';
import type { RolloutGateResult, RolloutLook } from '../../rollout/report.ts';
import { bar } from './histogram.ts';
import { paint, type Style, wrap } from './style.ts';
import { type Cell, renderTable } from './table.ts';
import { verdictMark } from './verdict.ts';

/** One look at a rollout: each gate with both arms, and how near its evidence is to rolling back. */
export function renderLook(look: RolloutLook, style: Style): string {
  const mark = verdictMark(look.verdict);
  const phase = look.phase === 'canary' ? `canary ${formatShare(look.weight)}` : look.phase;
  const at = `${look.at.slice(0, 19).replace('T', ' ')} UTC`;
  const head = `${paint(style, 'strong', look.rollout)}  ${phase}  ${paint(style, mark.tone, `${mark.glyph} ${mark.word}`)}  ${paint(style, 'muted', at)}`;
  const columns = [
    { title: 'gate', shrinkTo: 12 },
    { title: look.phase === 'bake' ? 'before' : 'stable', align: 'right' },
    { title: look.phase === 'canary' ? 'canary' : look.phase === 'bake' ? 'now' : 'shadow', align: 'right' },
    { title: 'ratio', dropOrder: 2 },
    { title: 'n', align: 'right', dropOrder: 1 },
    { title: 'evidence to roll back' },
    { title: 'to pass', dropOrder: 3 },
    { title: 'verdict' },
  ] as const;
  const gates = look.gates.filter(({ phase: each }) => each === look.phase);
  return `${head}\n${renderTable(columns, gates.map(row), { ...style, indent: 2 })}`;
}

/** Where a rollout stands: its steps as a tree, the present one with its time and its latest look. */
export function renderRollout(
  progress: RolloutProgress,
  look: RolloutLook | null,
  style: Style & { readonly now: string },
): string {
  const { phase, weight, paused, since, rollout, model, version, detail, asks } = progress;
  const ended = phase === 'promoted' || phase === 'rolled-back' || phase === 'concluded';
  const tone = phase === 'promoted' ? 'good' : phase === 'rolled-back' ? 'bad' : 'accent';
  const glyph = phase === 'promoted' ? '✔' : phase === 'rolled-back' ? '✖' : '●';
  const time = ended ? '' : `  for ${formatDuration(Date.parse(style.now) - Date.parse(since))}`;
  const state = paint(style, tone, `${glyph} ${phase.replace('-', ' ')}`);
  const head = `${paint(style, 'strong', `${model} v${version}`)}  ${state}  ${bar(weight, 10)} ${formatShare(weight)}${time}`;
  const pausedNote = paused ? paint(style, 'warn', asks ? '  ◆ asks you' : '  ◆ paused') : '';
  return [
    `${head}${pausedNote}  ${paint(style, 'muted', rollout)}`,
    ...wrap(detail, style.width - 2).map((line) => `  ${line}`),
    ...(asks ? answers(rollout) : []),
    ...(ended ? [] : tree(progress, look, style)),
    ...(look ? ['', renderLook(look, style)] : []),
  ].join('\n');
}

function answers(rollout: string): string[] {
  return [
    `  perennial rollout promote ${rollout}`,
    `  perennial rollout abort ${rollout}`,
    `  perennial rollout pause ${rollout} --resume`,
  ];
}

/** Steps that are over, the present one with its clock, and those to come. */
function tree(
  { steps = [], step = 0, weight, paused }: RolloutProgress,
  look: RolloutLook | null,
  style: Style & { readonly now: string },
): string[] {
  if (steps.length === 0) return [];
  const promotes = steps.some(({ phase }) => phase === 'bake') ? [] : ['promotion'];
  const lines = [
    ...steps.map((each, index) => {
      const shown = index === step ? { ...each, weight } : each;
      const text = stepText(shown);
      if (index < step) return `${paint(style, 'good', '✔')} ${text}`;
      if (index > step) return paint(style, 'muted', `· ${text}`);
      return `${paint(style, 'accent', '●')} ${paint(style, 'strong', text)}${clockText(look, paused, style.now)}`;
    }),
    ...promotes.map((text) => paint(style, 'muted', `· ${text}`)),
  ];
  return lines.map((line, index) => `  ${index === lines.length - 1 ? '└' : '├'} ${line}`);
}

function stepText({ phase, weight, forMs }: RolloutStep): string {
  const what = phase === 'canary' ? `canary ${formatShare(weight)}` : phase;
  return `${what}, ${formatDuration(forMs)}`;
}

/** When the step may pass, and until when it waits for proof. */
function clockText(look: RolloutLook | null, paused: boolean, now: string): string {
  if (paused) return '  its clock stands still';
  if (!look?.clock) return '';
  const { passAfter, giveUpAfter, idle } = look.clock;
  const left = (instant: string): number => Date.parse(instant) - Date.parse(now);
  const waits = idle ? ', nothing comes in: its clock stands still' : '';
  if (left(passAfter) > 0) return `  ${formatDuration(left(passAfter))} left${waits}`;
  return `  waits for proof, at most ${formatDuration(Math.max(0, left(giveUpAfter)))}${waits}`;
}

function row(gate: RolloutGateResult): Cell[] {
  const mark = verdictMark(gate.verdict);
  return [
    gate.dryRun ? `${gate.name} (dry run)` : gate.name,
    valueText(gate, gate.stable),
    valueText(gate, gate.canary),
    formatInterval(gate.interval, gate.metric === 'score'),
    formatCount(gate.n),
    `${bar(nearness(gate), 8)} ${formatNumber(gate.eValue)} of ${formatNumber(gate.threshold)}`,
    proofText(gate),
    { text: `${mark.glyph} ${mark.word}`, tone: mark.tone },
  ];
}

function valueText({ metric }: RolloutGateResult, value: number | null): string {
  return metric === 'latency' || metric === 'score' || metric === 'absoluteError'
    ? formatNumber(value)
    : formatShare(value);
}

/** `under ×2 ✔`, or how far the evidence for it is. */
function proofText({ proof, metric }: RolloutGateResult): string {
  if (!proof) return '';
  const what = metric === 'score' ? `within ${formatNumber(proof.below)} sd` : `under ×${formatNumber(proof.below)}`;
  return proof.eValue >= proof.threshold ? `${what} ✔` : `${what} ${bar(nearness(proof), 4)}`;
}

/** On a logarithmic scale, as evidence multiplies: 0 at an e-value of 1 or less, 1 where it decides. */
function nearness({ eValue, threshold }: { readonly eValue: number; readonly threshold: number }): number {
  if (eValue <= 1 || threshold <= 1) return 0;
  return Math.min(1, Math.log(eValue) / Math.log(threshold));
}

/** What is new since the last state, a line each. */
export function rolloutLog(
  previous: { readonly progress: RolloutProgress; readonly look: RolloutLook | null } | null,
  { progress, look }: { readonly progress: RolloutProgress; readonly look: RolloutLook | null },
): readonly string[] {
  const { phase, weight, paused, model, version, detail, asks } = progress;
  const before = previous?.progress;
  const lines: string[] = [];
  if (before?.phase !== phase || before.weight !== weight || before.paused !== paused) {
    const state = `${phase.replace('-', ' ')} ${formatShare(weight)}${asks ? ', asks you' : paused ? ', paused' : ''}`;
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
