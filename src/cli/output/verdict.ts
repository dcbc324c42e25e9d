import type { RunProgress, StageState } from '../../../workflows/messages.ts';
import type { Tone } from './style.ts';

/** A state as people see it: glyph, word and colour together, so that each alone is enough. */
export interface Mark {
  readonly glyph: string;
  readonly word: string;
  readonly tone: Tone;
}

const marks: Readonly<Record<string, Mark>> = {
  pass: { glyph: '✔', word: 'pass', tone: 'good' },
  fail: { glyph: '✖', word: 'fail', tone: 'bad' },
  inconclusive: { glyph: '●', word: 'inconclusive', tone: 'warn' },
};

export function verdictMark(verdict: 'pass' | 'fail' | 'inconclusive'): Mark {
  return marks[verdict] ?? { glyph: '?', word: verdict, tone: 'warn' };
}

const stages: Readonly<Record<StageState, Mark>> = {
  waiting: { glyph: '○', word: 'waiting', tone: 'muted' },
  running: { glyph: '●', word: 'running', tone: 'accent' },
  passed: { glyph: '✔', word: 'passed', tone: 'good' },
  failed: { glyph: '✖', word: 'failed', tone: 'bad' },
  skipped: { glyph: '–', word: 'skipped', tone: 'muted' },
};

export const stageMark = (state: StageState): Mark => stages[state];

const goodOutcomes = new Set(['promoted', 'completed', 'nothing-better', 'smoke-passed']);

/** Whether a run's end is what its owner hoped for, or at least nothing to act on. */
export const isGoodOutcome = (outcome: string) => goodOutcomes.has(outcome);

export function runMark({ state, result }: Pick<RunProgress, 'state' | 'result'>): Mark {
  if (result) return outcomeMark(result.outcome);
  if (state === 'running') return stages.running;
  return { glyph: '◆', word: state.replaceAll('-', ' '), tone: 'warn' };
}

export function outcomeMark(outcome: string): Mark {
  const word = outcome.replaceAll('-', ' ');
  return isGoodOutcome(outcome) ? { glyph: '✔', word, tone: 'good' } : { glyph: '✖', word, tone: 'bad' };
}

export function versionTone(state: string): Tone {
  if (state === 'stable') return 'good';
  if (state === 'canary' || state === 'shadow') return 'accent';
  return state === 'failed' || state === 'rejected' ? 'bad' : 'plain';
}
