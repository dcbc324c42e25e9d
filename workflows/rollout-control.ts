import { ApplicationFailure, setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import {
  abortUpdate,
  pauseUpdate,
  promoteUpdate,
  type RolloutCommand,
  type RolloutInput,
  type RolloutProgress,
  type RolloutStep,
  rolloutProgressQuery,
  setWeightUpdate,
} from './messages.ts';
import { searchAttributes } from './search-attributes.ts';

export interface RolloutEnd {
  readonly promote: boolean;
  readonly reason: string;
  /** Who decided, where it was a person and not the gates. */
  readonly by?: string;
  /** A standing comparison that went its whole way: nobody failed. */
  readonly concluded?: boolean;
}

type WantedWeight = RolloutCommand & { readonly weight: number };

type Command = ({ readonly kind: 'promote' | 'abort' } & RolloutCommand) | null;

/** The commands that people send, and what they are told. */
export class RolloutControl {
  command: Command = null;
  paused = false;
  /** A weight that a person wants; taken by `takeWeight`. */
  weight: WantedWeight | null = null;
  readonly startedAt = now();
  #closed = false;
  #progress: RolloutProgress;

  constructor({ rollout: id, model, version, standing }: RolloutInput, steps: readonly RolloutStep[]) {
    this.#progress = {
      rollout: id,
      model,
      version,
      phase: 'starting',
      weight: 0,
      paused: false,
      since: now(),
      detail: '',
      standing: standing !== undefined,
      steps,
      step: 0,
    };
    setHandler(rolloutProgressQuery, () => ({ ...this.#progress, paused: this.paused }));
    this.#listen();
  }

  get phase(): RolloutProgress['phase'] {
    return this.#progress.phase;
  }

  enter({ phase, weight }: RolloutStep, step: number): void {
    this.#show({ phase, weight, step, since: now() });
  }

  /** The rollout holds itself: a person promotes it, takes it back, or lets it go on. */
  ask(question: string): void {
    this.paused = true;
    this.#show({ asks: question, detail: question });
  }

  /** The wanted weight, once. */
  takeWeight(): WantedWeight | null {
    const wanted = this.weight;
    this.weight = null;
    if (wanted !== null) this.#show({ weight: wanted.weight });
    return wanted;
  }

  /** From here on the rollout ends, one way or the other; commands come too late. */
  close(): void {
    this.#closed = true;
  }

  /** The version is promoted and still watched: now `promote` ends the bake, `abort` restores the old version. */
  reopen(): void {
    this.command = null;
    this.paused = false;
    this.#closed = false;
  }

  finish({ promote, reason, concluded = false }: RolloutEnd): void {
    const phase = promote ? 'promoted' : concluded ? 'concluded' : 'rolled-back';
    this.#show({ phase, weight: promote ? 1 : 0, since: now(), detail: reason, asks: null });
  }

  #listen(): void {
    const id = this.#progress.rollout;
    const open = { validator: ({ by, reason }: RolloutCommand) => this.#refuse(this.#whyNot(by, reason)) };
    setHandler(promoteUpdate, (command) => this.#obey({ kind: 'promote', ...command }, 'is promoted'), open);
    setHandler(abortUpdate, (command) => this.#obey({ kind: 'abort', ...command }, 'is rolled back'), open);
    setHandler(
      pauseUpdate,
      ({ paused }) => {
        this.paused = paused;
        if (!paused && this.#progress.asks) this.#show({ asks: null, detail: '' });
        return `rollout ${id} ${paused ? 'is paused: its weight stays, its clock stands still' : 'goes on'}`;
      },
      open,
    );
    setHandler(
      setWeightUpdate,
      (wanted) => {
        this.weight = wanted;
        const { weight } = wanted;
        return `rollout ${id} gives its version ${Number((weight * 100).toFixed(2))} % of the requests`;
      },
      { validator: (command) => this.#refuse(this.#whyNot(command.by, command.reason) ?? this.#whyNoWeight(command)) },
    );
  }

  #show(change: Partial<RolloutProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    const { model, version, phase, weight, detail } = this.#progress;
    setCurrentDetails(`**${model}@${version}** ${phase}, ${weight * 100} % of the traffic. ${detail}`);
    if (change.phase) upsertSearchAttributes([{ key: searchAttributes.stage, value: phase }]);
  }

  #obey(command: Command, what: string): string {
    this.command ??= command;
    return `${this.#progress.model}@${this.#progress.version} ${what}`;
  }

  #refuse(why: string | null): void {
    if (why) throw ApplicationFailure.nonRetryable(why, 'PRN-API-409');
  }

  #whyNot(by: string, reason: string): string | null {
    if (!by?.trim()) return 'a command needs a name';
    if (!reason?.trim()) return 'a command needs a reason';
    if (this.command) return `already told to ${this.command.kind} by ${this.command.by}`;
    return this.#closed ? 'the rollout has come to its end' : null;
  }

  #whyNoWeight({ weight }: { readonly weight: number }): string | null {
    if (!(weight > 0 && weight < 1)) return 'a weight lies between 0 and 1; promote and abort are orders of their own';
    const { phase } = this.#progress;
    return phase === 'canary' ? null : `only a canary has a weight, and the rollout is in its phase ${phase}`;
  }
}

const now = () => new Date().toISOString();
