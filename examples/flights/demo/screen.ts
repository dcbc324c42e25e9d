import { renderTable } from '../../../src/cli/output/table.ts';
import type { Champion } from './champion.ts';
import type { Alarm } from './drift.ts';
import type { Forced } from './forced.ts';
import type { Stage } from './open.ts';
import type { Retrained } from './retrain.ts';
import type { Rejected } from './sabotage.ts';

export interface Chapters {
  readonly first: Champion;
  readonly alarm: Alarm;
  readonly second: Retrained;
  readonly rejected: Rejected;
  readonly forced: Forced;
}

/** What happened, on one screen. */
export async function lastScreen(stage: Stage, chapters: Chapters): Promise<void> {
  const { narrator, client, platform, state } = stage;
  narrator.chapter('What happened');
  narrator.block(versionTable(await client.versions('flight-delay'), chapters, stage));
  narrator.block(`\n${comparison(chapters)}`);
  const { temporalUrl: runUrl } = await client.run(chapters.second.run);
  const ui = (id: string) => `${platform.urls.temporalUi}/namespaces/default/workflows/${encodeURIComponent(id)}`;
  narrator.block(`
  In ${narrator.seconds().toFixed(0)} s. Every run with its whole history, in Temporal UI while the platform is up:
    check    ${ui('check:flight-delay:2013-06-30T00:00:00.000Z')}
    run      ${runUrl ?? ui('retrain:flight-delay')}

  To look around: PERENNIAL_STATE='${state}' npm run perennial -- up, and in a second terminal with the same variable
    npm run perennial -- status                          what is live, what waits
    npm run perennial -- explain flight-delay@${chapters.second.version}         why it was promoted
    npm run perennial -- history flight-delay            who did what, and why
  Your own model: examples/minimal/minimal.model.json is the smallest file; docs/model-file.md has every field.`);
}

function versionTable(
  versions: readonly {
    readonly version: number;
    readonly candidate: string;
    readonly state: string;
    readonly metrics: Readonly<Record<string, number | null>> | null;
  }[],
  { rejected, forced, second, first }: Chapters,
  { narrator }: Stage,
): string {
  const why = new Map([
    [first.version, 'learned January and February; replaced'],
    [second.version, `promoted after ${second.traffic.answered.toLocaleString('en')} answers in shadow and canary`],
    [
      rejected.leaky.version,
      `rejected: claimed auc ${rejected.leaky.trainerMetrics.auc?.toFixed(3)}, the gates measured ${rejected.leaky.metrics.auc?.toFixed(3)}`,
    ],
    [
      forced.version,
      `rejected, then forced: rolled back after ${forced.seconds.toFixed(1)} s, ${forced.traffic.failed} failed answers`,
    ],
  ]);
  const rows = [...versions]
    .sort((a, b) => a.version - b.version)
    .map(({ version, candidate, state, metrics }) => [
      `${version}`,
      candidate,
      state,
      metrics?.auc?.toFixed(4) ?? '—',
      why.get(version) ?? '',
    ]);
  return renderTable(
    [{ title: 'version' }, { title: 'candidate' }, { title: 'state' }, { title: 'auc' }, { title: '' }],
    rows,
    narrator.style,
  );
}

function comparison({ alarm, second }: Chapters): string {
  const { champion, candidates } = second.evaluation;
  const winner = candidates.find(({ version }) => version === second.version);
  const gain = winner?.comparisons.find(({ metric }) => metric === 'auc');
  const interval = gain?.interval
    ? ` (${gain.interval.confidence * 100} % interval ${gain.interval.low.toFixed(4)} to ${gain.interval.high.toFixed(4)})`
    : '';
  const { performance } = alarm.report;
  return [
    `  The champion of February: log loss ${performance?.reference?.toFixed(3)} when it was trained, ${performance?.current?.toFixed(3)} in the week before the alarm.`,
    `  On the last two weeks before the alarm: champion ${champion?.metrics.auc?.toFixed(3)}, its successor ${winner?.metrics.auc?.toFixed(3)}: ${gain?.difference?.toFixed(4)} better${interval}.`,
  ].join('\n');
}
