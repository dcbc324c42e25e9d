import type { RunProgress, StageProgress } from '../../../workflows/messages.ts';
import { answerTo } from '../../approval/outcome.ts';
import { formatDay, formatDuration, formatInstant } from '../../report/numbers.ts';
import { cut, oneLine, paint, paragraph, type Style, widthOf, wrap } from './style.ts';
import { type Mark, runMark, stageMark } from './verdict.ts';

/** A run as a tree of its stages. `now` (ISO) is what running stages are timed against. */
export function renderRun(progress: RunProgress, style: Style & { readonly now: string }): string {
  const mark = runMark(progress);
  const elapsed = runTime(progress, style.now);
  const head = [
    paint(style, 'strong', progress.run ?? progress.model),
    paint(style, mark.tone, `${mark.glyph} ${mark.word}`),
    ...(elapsed === null ? [] : [elapsed]),
  ].join('  ');
  const origin = cut(`as of ${formatDay(progress.asOf)}, ${triggerText(progress)}`, style.width - widthOf(head) - 2);
  return [
    `${head}  ${paint(style, 'muted', origin)}`,
    ...stageLines(progress.stages, style),
    ...endLines(progress, style),
  ].join('\n');
}

/** One line for one stage, for logs. */
export function renderStage(stage: StageProgress, style: Style & { readonly now: string }): string {
  const mark = stageMark(stage.state);
  const time = stageTime(stage, style.now);
  const word = paint(style, mark.tone, `${mark.glyph} ${mark.word}`);
  return [stage.name, word, time, attempts(stage), oneLine(stage.detail)].filter((part) => part !== '').join('  ');
}

function stageLines(stages: readonly StageProgress[], style: Style & { readonly now: string }): string[] {
  const times = stages.map((stage) => stageTime(stage, style.now));
  const nameWidth = Math.max(0, ...stages.map(({ name }) => widthOf(name)));
  const timeWidth = Math.max(0, ...times.map(widthOf));
  return stages.map((stage, at) => {
    const branch = paint(style, 'muted', at === stages.length - 1 ? '└─' : '├─');
    const mark: Mark = stageMark(stage.state);
    const state = paint(style, mark.tone, mark.word.padEnd(7));
    const name = stage.name.padEnd(nameWidth);
    const start = `${branch} ${paint(style, mark.tone, mark.glyph)} ${name}  ${state}  ${(times[at] ?? '').padStart(timeWidth)}`;
    const room = style.width - widthOf(start) - 2;
    const detail = cut(
      [attempts(stage), oneLine(stage.detail)].filter((part) => part !== '').join(', '),
      Math.max(0, room),
    );
    return `${start}  ${detail}`.trimEnd();
  });
}

function endLines({ result, approval, state, run, stages }: RunProgress, style: Style): string[] {
  if (result) return result.summary ? wrap(result.summary, style.width) : [];
  if (approval) {
    const who = approval.roles.join(' or ');
    const so = approval.quorum > 1 ? `; ${answerTo(approval)}` : '';
    const until = `v${approval.version} (${approval.candidate}) waits for ${who} until ${formatInstant(approval.deadline)} UTC${so}`;
    return [paint(style, 'warn', until), `  perennial approve ${run} --reason "…"`];
  }
  if (state !== 'waiting-for-retry') return [];
  const failed = stages.find((stage) => stage.state === 'failed');
  return [
    paint(style, 'warn', `${failed?.name ?? 'A stage'} failed; the run is held.`),
    // The tree has a line for it, which may be too short for what is to be done.
    ...(failed?.detail ? [paragraph(oneLine(failed.detail), style)] : []),
    `  perennial retry ${run} ${failed?.name ?? '<stage>'}`,
  ];
}

const attempts = ({ attempt }: StageProgress) => (attempt > 1 ? `attempt ${attempt}` : '');

function stageTime({ startedAt, endedAt }: StageProgress, now: string): string {
  return startedAt === null ? '' : formatDuration(Date.parse(endedAt ?? now) - Date.parse(startedAt));
}

function runTime({ stages, result }: RunProgress, now: string): string | null {
  const starts = stages.flatMap(({ startedAt }) => (startedAt === null ? [] : [Date.parse(startedAt)]));
  if (starts.length === 0) return null;
  const ends = stages.flatMap(({ endedAt }) => (endedAt === null ? [] : [Date.parse(endedAt)]));
  const end = result && ends.length > 0 ? Math.max(...ends) : Date.parse(now);
  return formatDuration(end - Math.min(...starts));
}

function triggerText({ trigger: { kind, by, reason } }: RunProgress): string {
  return `${kind} by ${by}${reason ? `: ${reason}` : ''}`;
}
