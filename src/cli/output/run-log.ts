import type { RunProgress, StageProgress } from '../../../workflows/messages.ts';
import { renderStage } from './run.ts';
import { oneLine, type Style } from './style.ts';
import { runMark } from './verdict.ts';

/** What is new since the last state, a line each: stages that moved, and where the run as a whole stands. */
export function runLog(
  previous: RunProgress | null,
  state: RunProgress,
  style: Style & { readonly now: string },
): readonly string[] {
  const known = new Map(previous?.stages.map((stage) => [stage.name, stage]));
  const moved = state.stages.filter((stage) => stage.state !== 'waiting' && differs(known.get(stage.name), stage));
  const stages = moved.map((stage) => renderStage(stage, style));
  const told = previous?.state === state.state && previous.result?.outcome === state.result?.outcome;
  return told ? stages : [...stages, wholeLine(state)];
}

function wholeLine(state: RunProgress): string {
  const { glyph, word } = runMark(state);
  const detail = state.result ? oneLine(state.result.summary) : nextStep(state);
  return [state.run ?? state.model, `${glyph} ${word}`, detail].filter((part) => part !== '').join('  ');
}

/** A log has nobody in front of it: what a person would have to do stands in the line. */
function nextStep({ approval, state, run, stages }: RunProgress): string {
  if (approval) return `for ${approval.roles.join(' or ')}: perennial approve ${run}`;
  if (state !== 'waiting-for-retry') return '';
  return `perennial retry ${run} ${stages.find((stage) => stage.state === 'failed')?.name ?? '<stage>'}`;
}

function differs(before: StageProgress | undefined, now: StageProgress): boolean {
  return before?.state !== now.state || before.detail !== now.detail || before.attempt !== now.attempt;
}
