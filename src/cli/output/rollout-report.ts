import type { RolloutDetail } from '../../api/wire.ts';
import { formatCount, formatShare } from '../../report/numbers.ts';
import type { RolloutGateResult, RolloutLook } from '../../rollout/report.ts';
import { renderLook } from './look.ts';
import { paint, type Style, wrap } from './style.ts';

/** Where it stands, the table of its gates, and in words what is shown and what is still open. */
export function renderRolloutReport({ progress, look, open }: RolloutDetail, style: Style): string {
  const { model, version, standing, phase, detail } = progress;
  const kind = standing ? 'standing comparison' : 'rollout';
  const state = open ? 'under way' : phase.replace('-', ' ');
  const head = `${paint(style, 'strong', `${model} v${version}`)}  ${kind}, ${state}`;
  if (look === null) return `${head}\n  Nothing has been looked at yet.`;
  return [
    head,
    ...wrap(detail, style.width - 2).map((line) => `  ${line}`),
    `  ${seen(look)}`,
    '',
    renderLook(look, style),
    '',
    ...look.gates.flatMap((gate) =>
      wrap(conclusion(gate), style.width - 4).map((line, index) => `${index === 0 ? '  · ' : '    '}${line}`),
    ),
  ].join('\n');
}

function seen({ tallies, phase }: RolloutLook): string {
  const sum = (of: 'stable' | 'canary') => tallies.strata.reduce((total, stratum) => total + stratum[of].requests, 0);
  const pairs = phase === 'bake' ? tallies.bake.pairs : tallies.shadow.pairs;
  const parts = [
    ...(tallies.strata.length > 0
      ? [
          `${formatCount(sum('canary'))} requests to the new version, ${formatCount(sum('stable'))} to the champion beside it`,
        ]
      : []),
    ...(pairs > 0 ? [`${formatCount(pairs)} answered by both`] : []),
  ];
  return parts.join('; ') || 'No requests yet.';
}

/** What may be said, with how much certainty, and what may not. */
function conclusion({ name, metric, verdict, interval, proof, eValue, threshold }: RolloutGateResult): string {
  const what = metric === 'score' ? 'a shift' : 'a change';
  const percent = (ratio: number): string => {
    const change = metric === 'score' ? ratio : ratio - 1;
    const size = metric === 'score' ? `${Math.abs(change).toFixed(2)} sd` : formatShare(Math.abs(change));
    return `${change < 0 ? '−' : '+'}${size}`;
  };
  if (verdict === 'fail')
    return `${name}: violated; evidence ${eValue.toPrecision(3)} against it where ${threshold.toPrecision(3)} decides.`;
  if (interval === null) return `${name}: nothing can be said yet.`;
  const range = `${what} from ${percent(interval.low)} to ${percent(interval.high)} is possible (${formatShare(interval.confidence)} at any time)`;
  if (proof && proof.eValue >= proof.threshold)
    return `${name}: ${range}; more than ${percent(proof.below)} is ruled out.`;
  return proof ? `${name}: ${range}; ${percent(proof.below)} is not ruled out yet.` : `${name}: ${range}.`;
}
