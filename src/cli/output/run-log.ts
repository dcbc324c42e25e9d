import type { RunProgress, StageProgress } from '../../../workflows/messages.ts';
import { renderStage } from './run.ts';
import type { Style } from './style.ts';
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
  const detail = state.result?.summary ?? (state.approval ? `for ${state.approval.roles.join(' or ')}` : '');
  return [state.run ?? state.model, `${glyph} ${word}`, detail].filter((part) => part !== '').join('  ');
}

function differs(before: StageProgress | undefined, now: StageProgress): boolean {
  return before?.state !== now.state || before.detail !== now.detail || before.attempt !== now.attempt;
}
