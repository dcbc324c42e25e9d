import type { RolloutGate } from '../plan/schema.ts';
import type { Behaviour } from './simulated-traffic.ts';

/** What is expected of the traffic and of the champion, told or measured. */
export interface Expected {
  readonly requestsPerHour: number;
  readonly behaviour: Behaviour;
  /** Share of the answers that ever get a label, and how long that takes. */
  readonly labelled: number;
  readonly labelAfterMs: number;
}

/** The champion's behaviour, made worse in what one gate watches by a factor: its rate, its time, its errors. */
export function harmed(behaviour: Behaviour, metric: RolloutGate['metric'], factor: number): Behaviour {
  const times = (rate: number): number => Math.min(1, rate * factor);
  switch (metric) {
    case 'errorRate':
    case 'outOfRange':
      return { ...behaviour, error: times(Math.max(behaviour.error, rarest)) };
    case 'slowRequests':
      return { ...behaviour, slow: times(behaviour.slow) };
    case 'classBalance':
      return { ...behaviour, positive: times(behaviour.positive) };
    case 'accuracy':
    case 'f1':
      return { ...behaviour, wrong: times(behaviour.wrong) };
    case 'precision':
      return { ...behaviour, falsePositive: times(behaviour.falsePositive) };
    case 'recall':
      return { ...behaviour, falseNegative: times(behaviour.falseNegative) };
    case 'latency':
      return {
        ...behaviour,
        logLatency: { ...behaviour.logLatency, mean: behaviour.logLatency.mean + Math.log(factor) },
      };
    case 'absoluteError':
      return {
        ...behaviour,
        absoluteError: { mean: behaviour.absoluteError.mean * factor, sd: behaviour.absoluteError.sd },
      };
    case 'score':
      return {
        ...behaviour,
        score: { ...behaviour.score, mean: behaviour.score.mean + (factor - 1) * behaviour.score.sd },
      };
  }
}

/** A champion that was never seen to fail: twice as often as never is something as well. */
const rarest = 0.001;
