import { gateFamily } from '../plan/gate-metrics.ts';
import { metricDirection } from './metrics.ts';

export type Direction = 'higher' | 'lower';

/** Which side of a gate's metric is better; `custom` are the metrics that the stage defines itself. */
export function gateDirection(metric: string, custom: Readonly<Record<string, Direction>> = {}): Direction {
  const own = Object.hasOwn(custom, metric) ? custom[metric] : undefined;
  if (own !== undefined) return own;
  const family = gateFamily(metric);
  return family === 'fairness' || family === 'shift' || family === 'size' ? 'lower' : metricDirection(metric);
}
