import type { AlarmRecord } from '../../alarm/alarm.ts';
import type { ModelDetail, ModelSummary } from '../../api/wire.ts';
import type { Route, RunRecord, VersionRecord } from '../../registry/registry.ts';
import { formatDay, formatDuration, formatInstant, formatNumber, formatShare } from '../../report/numbers.ts';
import { predictCommandOf } from '../../training/predict-command.ts';
import { paint, type Style } from './style.ts';
import { type Cell, renderTable } from './table.ts';
import { outcomeMark, versionTone } from './verdict.ts';

/** All models, a line each: what is live, what is open, what waits. */
export function renderModels(models: readonly ModelSummary[], style: Style): string {
  if (models.length === 0) return 'No models yet. Register one: perennial apply <file>';
  const columns = [
    { title: 'model', shrinkTo: 14 },
    { title: 'champion' },
    { title: 'rollout' },
    { title: 'last run', shrinkTo: 26 },
    { title: 'alarms' },
    { title: 'waits for', shrinkTo: 12 },
    { title: 'owner', dropOrder: 1 },
  ] as const;
  const rows = models.map((model): Cell[] => [
    { text: model.model, tone: 'strong' },
    versionName(model.route.stable),
    rolloutText(model.route),
    lastRunCell(model),
    model.openAlarms.length > 0 ? { text: `✖ ${model.openAlarms.length} open`, tone: 'bad' } : 'none',
    waitingCell(model),
    model.owner ?? '–',
  ]);
  const waiting = models.flatMap(({ approval, lastRun }) => (approval && lastRun ? [lastRun.run] : []));
  return [renderTable(columns, rows, style), ...waiting.map((run) => `  perennial approve ${run}`)].join('\n');
}

/** One model: its route, versions, alarms and runs. */
export function renderModel(model: ModelDetail, style: Style): string {
  const head = `${paint(style, 'strong', model.model)}  ${model.task}, revision ${model.revision}${model.owner ? `, owner ${model.owner}` : ''}`;
  const section = (title: string, body: string) => `${paint(style, 'strong', title)}\n${body}`;
  const indented = { ...style, indent: 2 };
  return [
    `${head}\n  champion ${versionName(model.route.stable)}, rollout ${rolloutText(model.route)}${shadowsText(model.route)}`,
    ...(model.route.halted ? [paint(style, 'bad', `  ✖ the gateway dropped the canary: ${model.route.halted}`)] : []),
    ...(model.versions.length > 0 ? [section('Versions', renderVersions(model.versions, indented))] : []),
    ...(model.openAlarms.length > 0 ? [section('Open alarms', alarmLines(model.openAlarms, style))] : []),
    ...(model.runs.length > 0 ? [section('Runs', renderRuns(model.runs, indented))] : []),
    ...(model.approval ? [`${model.lastRun?.run} waits: perennial approve ${model.lastRun?.run}`] : []),
  ].join('\n\n');
}

export function renderRuns(runs: readonly RunRecord[], style: Style & { readonly indent?: number }): string {
  const columns = [
    { title: 'run' },
    { title: 'as of' },
    { title: 'started' },
    { title: 'took', align: 'right', dropOrder: 2 },
    { title: 'outcome' },
    { title: 'trigger', dropOrder: 1, shrinkTo: 10 },
    { title: 'summary', shrinkTo: 24, dropOrder: 3 },
  ] as const;
  return renderTable(columns, runs.map(runRow), style);
}

function runRow({ run, asOf, startedAt, endedAt, outcome, trigger, summary }: RunRecord): Cell[] {
  const mark = outcome ? outcomeMark(outcome) : ({ glyph: '●', word: 'open', tone: 'accent' } as const);
  return [
    run,
    formatDay(asOf),
    formatInstant(startedAt),
    endedAt ? formatDuration(Date.parse(endedAt) - Date.parse(startedAt)) : '–',
    { text: `${mark.glyph} ${mark.word}`, tone: mark.tone },
    `${trigger.kind} by ${trigger.by}`,
    summary ?? '',
  ];
}

const versionsShown = 12;

function renderVersions(versions: readonly VersionRecord[], style: Style & { readonly indent?: number }): string {
  const newest = [...versions].sort((a, b) => b.version - a.version).slice(0, versionsShown);
  const columns = [
    { title: 'version' },
    { title: 'state' },
    { title: 'candidate', shrinkTo: 10 },
    { title: 'run' },
    { title: 'metrics', shrinkTo: 16, dropOrder: 1 },
  ] as const;
  const rows = newest.map(({ version, state, candidate, run, metrics, record }): Cell[] => [
    versionName(version),
    { text: state, tone: versionTone(state) },
    predictCommandOf({ record }) ? `${candidate} (by command)` : candidate,
    run,
    Object.entries(metrics ?? {})
      .slice(0, 3)
      .map(([name, value]) => `${name} ${formatNumber(value)}`)
      .join(', '),
  ]);
  return renderTable(columns, rows, style);
}

function alarmLines(alarms: readonly AlarmRecord[], style: Style): string {
  return alarms
    .map(
      ({ asOf, summary, run }) =>
        `  ${paint(style, 'bad', '✖')} ${formatDay(asOf)}  ${summary}${run ? ` (${run})` : ''}`,
    )
    .join('\n');
}

const versionName = (version: number | null) => (version === null ? 'none' : `v${version}`);

function rolloutText({ canary, weight, shadow }: Route): string {
  if (canary !== null) return `v${canary} ${formatShare(weight)}`;
  return shadow === null ? 'none' : `v${shadow} shadow`;
}

function shadowsText({ shadows = [] }: Route): string {
  return shadows.length === 0 ? '' : `, standing shadows ${shadows.map(versionName).join(', ')}`;
}

function lastRunCell({ lastRun, runState }: ModelSummary): Cell {
  if (!lastRun) return 'none';
  if (lastRun.outcome === null) {
    return { text: `${lastRun.run} ${runState?.replaceAll('-', ' ') ?? 'open'}`, tone: 'accent' };
  }
  const { glyph, word, tone } = outcomeMark(lastRun.outcome);
  return { text: `${lastRun.run} ${glyph} ${word}`, tone };
}

function waitingCell({ approval, runState }: ModelSummary): Cell {
  if (approval) return { text: approval.roles.join(' or '), tone: 'warn' };
  return runState === 'waiting-for-retry' ? { text: 'retry', tone: 'warn' } : 'nobody';
}
