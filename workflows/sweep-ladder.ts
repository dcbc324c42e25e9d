import type { ParameterValue } from '../src/plan/schema.ts';
import type { Direction } from '../src/sweep/direction.ts';
import type { TrialRecord } from '../src/sweep/record.ts';
import { type Asha, leaderOf, promoted, type RungReport, type WaitingTrial } from '../src/sweep/rungs.ts';

/** A trial that waits at a rung, with all that it needs to go on. */
export interface Waiting extends WaitingTrial, Pick<TrialRecord, 'knew' | 'beside'> {
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** Of the step, counted from 0. */
  readonly rung: number;
}

/** Those that wait beyond these are so far behind that they will hardly ever be among the best. */
const carriedAtMost = 60;
const carriedBytesAtMost = 10 * 1_024;

/** Where the trials of a sweep with promotions wait for their turn. */
export class SweepLadder {
  readonly #asha: Asha;
  readonly #direction: Direction;
  readonly #reports: () => readonly RungReport[];
  readonly #waiting: Map<number, Waiting>;
  #next: Waiting | null = null;

  constructor(from: {
    readonly asha: Asha;
    readonly direction: Direction;
    readonly reports: () => readonly RungReport[];
    readonly waiting: readonly Waiting[];
  }) {
    this.#asha = from.asha;
    this.#direction = from.direction;
    this.#reports = from.reports;
    this.#waiting = new Map(from.waiting.map((each) => [each.trial, each]));
    this.#look();
  }

  /** Who goes on before any new trial begins. */
  get next(): Waiting | null {
    return this.#next;
  }

  /** Who goes on where none is promoted any more, and none has come to its end. */
  get leader(): Waiting | null {
    return this.#of(leaderOf(this.#direction, this.#reports(), [...this.#waiting.values()]));
  }

  rest(trial: Waiting): void {
    this.#waiting.set(trial.trial, trial);
    this.#look();
  }

  goOn({ trial }: Waiting): void {
    this.#waiting.delete(trial);
    this.#look();
  }

  /** What a sweep that continues as new takes along: the best at each rung. */
  carried(): readonly Waiting[] {
    const values = new Map(this.#reports().map(({ trial, step, value }) => [`${trial}/${step}`, value]));
    const sign = this.#direction === 'maximize' ? -1 : 1;
    const lossOf = ({ trial, step }: Waiting) => sign * (values.get(`${trial}/${step}`) ?? -sign * Number.MAX_VALUE);
    const best = [...this.#waiting.values()]
      .sort((a, b) => b.step - a.step || lossOf(a) - lossOf(b))
      .slice(0, carriedAtMost);
    while (JSON.stringify(best).length > carriedBytesAtMost) best.pop();
    return best;
  }

  #look(): void {
    this.#next = this.#of(promoted(this.#asha, this.#direction, this.#reports(), [...this.#waiting.values()]));
  }

  #of(found: WaitingTrial | null): Waiting | null {
    return found && (this.#waiting.get(found.trial) ?? null);
  }
}
