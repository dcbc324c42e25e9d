import { afterOutcome, type FloorLimits } from '../floors.ts';
import { logLine } from '../log-line.ts';
import type { Desk } from '../serve.ts';
import type { CopyQueue } from './copy-queue.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { RouteKeeper } from './route-keeper.ts';
import type { SegmentLog } from './segment-log.ts';

export interface DeskOptions {
  readonly keeper: Pick<RouteKeeper, 'halt' | 'dropShadow'>;
  readonly copies: Pick<CopyQueue, 'later'>;
  readonly log: Pick<SegmentLog, 'append'>;
  readonly metrics: Pick<GatewayMetrics, 'answered' | 'shadowDropped'>;
  readonly floors: FloorLimits;
}

/** Joins the pure request path to the clock, the request log, the floors and the counters of this process. */
export function createDesk({ keeper, copies, log, metrics, floors }: DeskOptions): Desk {
  const stamp = createStamp();
  const streamOf = createStreams();
  return {
    now: Date.now,
    stamp,
    log(event) {
      log.append(streamOf(event.model, event.at), logLine(event));
      metrics.answered(event.model, event.version, event.role, event.answer !== null);
    },
    challengerEnded(live, version, outcome) {
      const { state, tripped } = afterOutcome(live.floors.state, outcome, floors);
      live.floors.state = state;
      if (tripped !== null) keeper.halt(live.route.model, live.route.rollout, `version ${version}: ${tripped}`);
    },
    shadowEnded(live, version, outcome) {
      const floor = live.shadowFloors.get(version);
      if (floor === undefined || floor.dropped !== null) return;
      const { state, tripped } = afterOutcome(floor.state, outcome, floors);
      floor.state = state;
      if (tripped !== null) keeper.dropShadow(live.route.model, version, tripped);
    },
    later: copies.later,
    shadowDropped: (model) => metrics.shadowDropped(model),
  };
}

/** Folder of a model's lines of a day: nearly always that of the line before. */
function createStreams(): (model: string, at: string) => string {
  let last = { model: '', at: '', stream: '' };
  return (model, at) => {
    if (model !== last.model || at !== last.at) last = { model, at, stream: `requests/${model}/${at.slice(0, 10)}` };
    return last.stream;
  };
}

/** Formatting an instant costs more than the rest of a line, and many lines share one millisecond. */
function createStamp(): () => string {
  let at = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== at) {
      at = now;
      text = new Date(now).toISOString();
    }
    return text;
  };
}
