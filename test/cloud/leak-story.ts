import { type Random, seededRandom } from '../../src/evaluation/random.ts';
import type { CloudFault } from './cloud-state.ts';

/** What becomes of one machine. `unheard`: it was made, and no answer to its order ever comes. */
export type Fate = 'trains' | 'interrupted' | 'crashes' | 'stays-dead' | 'fails' | 'unheard';

/** What happens to one run: the fates of its machines in order, and how a person ends it before its time. */
export interface LeakStory {
  readonly fates: readonly Fate[];
  readonly trainsMs: number;
  readonly ended: { readonly how: 'cancelled' | 'terminated'; readonly afterMs: number } | null;
}

const machinesAtMost = 8;

export function leakStories(runs: number, seed: number): readonly LeakStory[] {
  const random = seededRandom(seed);
  return Array.from({ length: runs }, () => leakStory(random));
}

function leakStory(random: Random): LeakStory {
  const fates = Array.from({ length: machinesAtMost }, () => fate(random()));
  const trainsMs = 100 + Math.floor(random() * 500);
  const [kind, afterMs] = [random(), Math.floor(random() * 2_500)];
  const how = kind < 0.15 ? 'cancelled' : kind < 0.35 ? 'terminated' : null;
  return { fates, trainsMs, ended: how && { how, afterMs } };
}

function fate(draw: number): Fate {
  if (draw < 0.6) return 'trains';
  if (draw < 0.73) return 'interrupted';
  if (draw < 0.86) return 'crashes';
  if (draw < 0.92) return 'stays-dead';
  return draw < 0.96 ? 'fails' : 'unheard';
}

/** The weather of a cloud, changed every so often: it holds for all runs that are under way. */
export function weather(random: Random): readonly CloudFault[] {
  const of = (action: string, code: string, times: number): CloudFault => ({ action, code, times });
  const kinds = [
    [of('RunInstances', 'LostResponse', 2)],
    [of('RunInstances', 'InsufficientInstanceCapacity', 3)],
    [of('RunInstances', 'RequestLimitExceeded', 1)],
    [of('RunInstances', 'InternalError', 1)],
    [of('TerminateInstances', 'InternalError', 6)],
    [of('TerminateInstances', 'LostResponse', 6)],
    [of('DescribeInstances', 'InternalError', 4)],
    [of('RunInstances', 'LostResponse', 1), of('TerminateInstances', 'RequestLimitExceeded', 3)],
    [],
    [],
  ];
  return kinds[Math.floor(random() * kinds.length)] ?? [];
}
