import type { RunProgress } from '../../../workflows/messages.ts';
import { formatDuration } from '../../report/numbers.ts';
import { paint, type Style } from './style.ts';
import { type Cell, renderTable } from './table.ts';

type Stage = RunProgress['stages'][number];

function whyOf({ cache, state }: Stage): string {
  if (cache) return cache.why;
  return state === 'skipped' ? 'it was not needed' : 'not known yet';
}

/** Stage by stage: taken or not, and why; then what it has saved. */
export function renderCache(progress: RunProgress, style: Style): string {
  const columns = [{ title: 'stage' }, { title: 'cache' }, { title: 'why', shrinkTo: 24, folds: true }];
  const rows = progress.stages.map((stage): Cell[] => [
    stage.name,
    stage.cache?.taken ? { text: '✔ taken', tone: 'good' } : { text: '– not taken', tone: 'muted' },
    whyOf(stage),
  ]);
  const { savedSeconds } = cacheDocument(progress);
  const saved = savedSeconds > 0 ? [paint(style, 'good', `${formatDuration(savedSeconds * 1_000)} of work saved`)] : [];
  return [renderTable(columns, rows, style), ...saved].join('\n');
}

/** The same for programs. */
export function cacheDocument({ run, stages }: RunProgress) {
  return {
    run,
    savedSeconds: stages.reduce((sum, { cache }) => sum + (cache?.savedSeconds ?? 0), 0),
    stages: stages.map((stage) => {
      const { name, kind, state, cache } = stage;
      const from = cache?.from ? { from: cache.from, savedSeconds: cache.savedSeconds ?? 0 } : {};
      return { name, kind, state, taken: cache?.taken ?? null, why: whyOf(stage), ...from };
    }),
  };
}
