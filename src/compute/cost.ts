import { PerennialError } from '../errors/error.ts';
import type { MachineEnd } from './ledger.ts';
import type { Offer } from './offer.ts';

/** US dollars that a machine costs when it lives to its deadline and its pool goes up to its ceiling. */
export function worstCaseUsd(offer: Offer, hours: number): number {
  return (offer.ceilingUsdPerHour ?? offer.usdPerHour) * hours;
}

/** EC2 bills Linux machines by the second, and at least a minute. Instants are ISO; a begun second counts. */
export function billed({
  launchedAt,
  terminatedAt,
  usdPerHour,
}: {
  readonly launchedAt: string;
  readonly terminatedAt: string;
  readonly usdPerHour: number;
}): { readonly seconds: number; readonly usd: number } {
  const seconds = Math.max(minimumSeconds, Math.ceil(between(launchedAt, terminatedAt)));
  return { seconds, usd: (seconds * usdPerHour) / 3_600 };
}

/** Seconds whose work was lost: since the last checkpoint, or since the launch; none of a machine that has finished. */
export function wastedSeconds({
  launchedAt,
  savedAt,
  terminatedAt,
  end,
}: {
  readonly launchedAt: string;
  /** When the last checkpoint was safe; null: there is none. */
  readonly savedAt: string | null;
  readonly terminatedAt: string;
  readonly end: MachineEnd;
}): number {
  if (end === 'finished') return 0;
  const whole = between(launchedAt, terminatedAt);
  const since = savedAt === null ? whole : between(savedAt, terminatedAt);
  return Math.min(whole, since);
}

/** The median of what earlier trainings of the same stage took; null when there is none. */
export function expectedSeconds(earlier: readonly number[]): number | null {
  const sorted = [...earlier].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** What a training will probably cost: its expected time at the present price, and the start of the machine. */
export function estimatedUsd({ usdPerHour }: Offer, seconds: number, startSeconds = 120): number {
  return (Math.max(minimumSeconds, seconds + startSeconds) * usdPerHour) / 3_600;
}

/**
 * Long work on spot machines that saves nothing may never end: each interruption starts it over.
 * @param expected seconds; null: nobody knows, so the longest life of the machine counts
 * @throws PRN-COMPUTE-008
 */
export function requireCheckpoints({
  stage,
  spot,
  checkpointEvery,
  expected,
  maxHours,
}: {
  readonly stage: string;
  readonly spot: boolean;
  readonly checkpointEvery: number | undefined;
  readonly expected: number | null;
  readonly maxHours: number;
}): void {
  const seconds = expected ?? maxHours * 3_600;
  if (!spot || checkpointEvery !== undefined || seconds <= longestBareSpotSeconds) return;
  throw new PerennialError('PRN-COMPUTE-008', {
    message: `Stage "${stage}" would train for ${expected === null ? 'up to' : 'about'} ${Math.round(seconds / 60)} minutes on spot machines without saving checkpoints.`,
    details: { stage, seconds },
  });
}

const minimumSeconds = 60;
const longestBareSpotSeconds = 3_600;

const between = (from: string, to: string) => Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
