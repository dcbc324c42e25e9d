import { type Parsed, parseQueues, parseTeamWeights, type QueueSlots } from '../compute/standing.ts';
import type { TeamWeights } from '../compute/turn.ts';
import { PerennialError } from '../errors/error.ts';
import type { Settings } from './settings.ts';

/** The queues that a training worker serves. @throws PRN-PLATFORM-007 */
export function trainingQueues(
  settings: Pick<Settings, 'PERENNIAL_TRAINING_QUEUE' | 'PERENNIAL_TRAINING_SLOTS'>,
): readonly QueueSlots[] {
  const { PERENNIAL_TRAINING_QUEUE: text, PERENNIAL_TRAINING_SLOTS: slots } = settings;
  return readable('PERENNIAL_TRAINING_QUEUE', text, parseQueues(text, slots));
}

/** What each team may take of busy machines; who is not named has 1. @throws PRN-PLATFORM-007 */
export function teamWeights({ PERENNIAL_TEAM_WEIGHTS: text }: Pick<Settings, 'PERENNIAL_TEAM_WEIGHTS'>): TeamWeights {
  return readable('PERENNIAL_TEAM_WEIGHTS', text, parseTeamWeights(text));
}

function readable<T>(name: string, text: string, parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw new PerennialError('PRN-PLATFORM-007', { message: `${name} is "${text}": ${parsed.fault}.` });
}
