import { verdictMark } from '../../../src/cli/output/verdict.ts';
import type { RolloutDetail, RolloutLook } from '../../../src/client/index.ts';
import { isPerennialError } from '../../../src/client/index.ts';
import type { Stage } from './open.ts';

const lookLinesEveryMs = 3_000;

/** Follows a rollout to its end: a line when it moves, its gates every few seconds. */
export async function watchRollout(stage: Stage, rollout: string): Promise<RolloutDetail> {
  const { client, narrator, signal } = stage;
  await started(stage, rollout);
  let last: RolloutDetail | null = null;
  let shownAt = 0;
  for await (const detail of client.followRollout(rollout, { signal })) {
    const { phase, weight, detail: why } = detail.progress;
    if (phase !== last?.progress.phase || weight !== last.progress.weight)
      narrator.line(`${phase} ${weight > 0 ? `${(weight * 100).toFixed(0)} %` : ''} ${why}`.trimEnd(), 'strong');
    if (detail.look && detail.look.at !== last?.look?.at && (Date.now() - shownAt > lookLinesEveryMs || !detail.open)) {
      shownAt = Date.now();
      narrator.line(lookLine(detail.look));
    }
    last = detail;
    if (!detail.open) break;
  }
  return last ?? (await client.rolloutDetail(rollout));
}

/** The workflow begins a moment after the approval. */
async function started({ client }: Stage, rollout: string): Promise<void> {
  for (let waited = 0; waited < 100; waited++) {
    const found = await client.rolloutDetail(rollout).catch((error: unknown) => {
      if (isPerennialError(error)) return null;
      throw error;
    });
    if (found) return;
    await new Promise((tick) => setTimeout(tick, 100));
  }
}

/** Evidence against the new version, and where it decides; how many requests (or mirrored pairs, or labels) it rests on. */
function lookLine({ phase, gates }: RolloutLook): string {
  const parts = gates.map(({ metric, verdict, eValue, threshold, n }) => {
    const { glyph } = verdictMark(verdict);
    return `${glyph} ${metric} ${eValue >= 1e4 ? eValue.toExponential(1) : eValue.toFixed(3)} of ${threshold.toFixed(0)} (n ${n})`;
  });
  return `  ${phase}: evidence against it  ${parts.join('   ')}`;
}
