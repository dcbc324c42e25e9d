import { median } from '../quality/evidence.ts';
import type { MachineRecord } from './ledger.ts';
import type { Offer } from './offer.ts';

/** What one training is likely to take, from what earlier ones of the same stage took. */
export interface Expectation {
  /** Billed seconds of all its machines together. */
  readonly seconds: number;
  readonly usd: number;
  /** How many earlier trainings this is the median of. */
  readonly trainings: number;
  /** On which type most of them ended. */
  readonly type: string;
}

export type PastMachine = Pick<
  MachineRecord,
  'model' | 'run' | 'attempt' | 'end' | 'offer' | 'launchedAt' | 'billedSeconds' | 'usd'
>;

/** Newer ones tell more: data grows, and so does the time to train on it. */
const atMost = 20;

/**
 * Null where no training of the stage has finished on a rented machine. Trainings on a type that is offered now are preferred, and cost
 * what they have cost; those on other types are priced at the first offer.
 *
 * @param offers what would be tried, best first.
 */
export function expectedTraining(
  machines: readonly PastMachine[],
  { model, stage }: { readonly model: string; readonly stage: string },
  offers: readonly Offer[],
): Expectation | null {
  const past = finishedTrainings(machines.filter((machine) => machine.model === model && isTrainingOf(stage, machine)));
  const offered = new Set(offers.map(({ type }) => type));
  const alike = past.filter(({ type }) => offered.has(type));
  const usable = (alike.length > 0 ? alike : past).slice(0, atMost);
  const [first] = offers;
  const usdOf = (training: Training) =>
    first && alike.length === 0 ? (training.seconds * first.usdPerHour) / 3_600 : training.usd;
  const seconds = median(usable.map((training) => training.seconds));
  const usd = median(usable.map(usdOf));
  if (seconds === null || usd === null) return null;
  return { seconds, usd, trainings: usable.length, type: mostFrequent(usable.map(({ type }) => type)) };
}

interface Training {
  readonly seconds: number;
  readonly usd: number;
  readonly type: string;
  readonly launchedAt: string;
}

/** Attempts are called `<stage>-<try of the stage>[-t<trial>]-<machine>`: all but the last part names the training. */
const trainingOf = ({ run, attempt }: PastMachine) => `${run}/${attempt.replace(/-\d+$/, '')}`;

/** Whether a machine was rented for a training of the stage. */
export function isTrainingOf(stage: string, { attempt }: Pick<PastMachine, 'attempt'>): boolean {
  return attempt.startsWith(`${stage}-`) && /^\d+(-t\d+)?-\d+$/.test(attempt.slice(stage.length + 1));
}

/** Newest first. Machines that were lost on the way belong to the bill. */
function finishedTrainings(machines: readonly PastMachine[]): readonly Training[] {
  const groups = new Map<string, PastMachine[]>();
  for (const machine of machines)
    groups.set(trainingOf(machine), [...(groups.get(trainingOf(machine)) ?? []), machine]);
  const trainings = [...groups.values()].flatMap((group): Training[] => {
    const last = group.find(({ end }) => end === 'finished');
    if (!last) return [];
    const total = (of: (machine: PastMachine) => number | null) =>
      group.reduce((sum, machine) => sum + (of(machine) ?? 0), 0);
    const { launchedAt, offer } = last;
    return [{ launchedAt, type: offer.type, seconds: total((m) => m.billedSeconds), usd: total((m) => m.usd) }];
  });
  return trainings.sort((a, b) => (a.launchedAt < b.launchedAt ? 1 : -1));
}

/** The first of them on a tie. */
function mostFrequent(names: readonly string[]): string {
  const count = (name: string) => names.filter((other) => other === name).length;
  return names.reduce((best, name) => (count(name) > count(best) ? name : best), names[0] ?? '');
}
