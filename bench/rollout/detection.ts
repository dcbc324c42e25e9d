import type { RolloutGate } from '../../src/plan/schema.ts';
import type { Behaviour } from '../../src/rollout/simulated-traffic.ts';
import { figure, type Row } from '../report/row.ts';
import { champion, generator, type Minutes, sixGates, watchCanary, watchShadow } from './simulated.ts';

const shadowGates: readonly RolloutGate[] = [
  { metric: 'accuracy', worseBy: 0 },
  { metric: 'errorRate', worseBy: 0 },
];

/** How long harm stays unnoticed, in minutes; looks every 10 s as by default, 500 canary requests an hour. */
export function detectionRows(canaries: number): Row[] {
  const random = generator(77);
  const canary = (change: Partial<Behaviour>, hours: number): number[] => {
    const watch = { gates: sixGates, hours, lookEverySeconds: 10 };
    return times(canaries, () => watchCanary(random, { ...champion, ...change }, watch), hours);
  };
  const shadow = (loss: number): number[] => {
    const watch = { gates: shadowGates, hours: 24, lookEverySeconds: 10 };
    return times(canaries, () => watchShadow(random, { ...champion, wrong: champion.wrong + loss }, watch), 24);
  };
  return [
    row(
      'errors +5 points on the canary, one of 6 gates, minutes',
      10,
      canary({ error: 0.06 }, 4),
      'Kayenta, each 10 or 60 minutes: never',
    ),
    row(
      'errors +20 points on the canary, one of 6 gates, minutes',
      2,
      canary({ error: 0.21 }, 2),
      'Kayenta: 15 or 60 minutes',
    ),
    row('accuracy -2 % (1.45 points) in the shadow, minutes', 21, shadow(0.0145)),
    row('accuracy -5 % (3.6 points) in the shadow, minutes', null, shadow(0.036)),
    row(
      'latency +20 % on the canary, one of 6 gates, minutes',
      null,
      canary({ logLatency: { mean: Math.log(1.2), sd: 0.5 } }, 4),
    ),
    row('wrong answers +14.5 points on the canary, one of 6 gates, minutes', null, canary({ wrong: 0.421 }, 4)),
  ];
}

/** What was not found in time counts as the whole time. */
function times(canaries: number, watch: () => Minutes, hours: number): number[] {
  return Array.from({ length: canaries }, () => watch() ?? hours * 60);
}

function row(what: string, atMost: number | null, minutes: readonly number[], note?: string): Row {
  const ours = figure(minutes);
  const holds = atMost === null ? null : ours.median <= atMost;
  return { what, goal: atMost === null ? null : `<= ${atMost}`, ours, peer: null, ratio: null, holds, note };
}
