import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  setCurrentDetails,
  setHandler,
  TemporalFailure,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { StepEnd } from '../activities/rollout.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { Actor } from '../src/registry/registry.ts';
import { rootMessage, stopsHere } from './failures.ts';
import {
  abortUpdate,
  pauseUpdate,
  promoteUpdate,
  type RolloutCommand,
  type RolloutInput,
  type RolloutProgress,
  type RolloutResult,
  rolloutProgressQuery,
} from './messages.ts';
import { rollouts, watcher } from './proxies.ts';
import { searchAttributes } from './search-attributes.ts';

interface Step {
  readonly phase: 'shadow' | 'canary';
  readonly weight: number;
  readonly forMs: number;
}

type Command = ({ readonly kind: 'promote' | 'abort' } & RolloutCommand) | null;

/** Shadow, then each weight for its time, watched by tests that stay valid however often they look; then promoted or rolled back. */
export async function rollout(input: RolloutInput): Promise<RolloutResult> {
  const startedAt = Date.now();
  const control = new RolloutControl(input);
  upsertSearchAttributes([
    { key: searchAttributes.model, value: input.model },
    { key: searchAttributes.version, value: `${input.model}@${input.version}` },
  ]);
  const wanted = await carryThrough(input, control).catch((error: unknown) => {
    if (stopsHere(error)) return { promote: false, reason: 'the rollout was cancelled' };
    if (!(error instanceof TemporalFailure)) throw error;
    return { promote: false, reason: `the rollout could not go on: ${rootMessage(error)}` };
  });
  const end = await CancellationScope.nonCancellable(() => settle(input, control, wanted));
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return {
    outcome: end.promote ? 'promoted' : 'rolled-back',
    reason: end.reason,
    seconds: (Date.now() - startedAt) / 1000,
  };
}

interface RolloutEnd {
  readonly promote: boolean;
  readonly reason: string;
  /** Who decided, where it was a person and not the gates. */
  readonly by?: string;
}

const gates: Actor = { name: 'perennial', via: 'workflow' };

async function carryThrough(input: RolloutInput, control: RolloutControl): Promise<RolloutEnd> {
  for (const step of stepsOf(input)) {
    control.enter(step);
    const { entered, why } = await rollouts.enterStep({ ...input, phase: step.phase, weight: step.weight });
    if (!entered) return { promote: false, reason: why };
    const end = await watchStep(input, step, control);
    if (end) return end;
  }
  return {
    promote: true,
    reason: `no gate was violated in ${input.spec.shadow} of shadow and ${input.spec.steps.length - 1} canary step(s)`,
  };
}

/** A last step of weight 1 is the promotion itself. */
function stepsOf({ spec }: RolloutInput): Step[] {
  const shadow: Step[] =
    durationMs(spec.shadow) > 0 ? [{ phase: 'shadow', weight: 0, forMs: durationMs(spec.shadow) }] : [];
  const canary = spec.steps
    .filter(({ weight }) => weight < 1)
    .map((step): Step => ({ phase: 'canary', weight: step.weight, forMs: durationMs(step.for) }));
  return [...shadow, ...canary];
}

/** Null when the step passed. While paused only the lease is kept and the clock stands still; violations still roll back. */
async function watchStep(input: RolloutInput, step: Step, control: RolloutControl): Promise<RolloutEnd | null> {
  const extendMs = durationMs(input.spec.extendAtMost);
  let watchedMs = 0;
  for (;;) {
    const { paused } = control;
    const since = Date.now();
    const end = await interruptible(
      () =>
        watcher.watchStep({
          ...input,
          phase: step.phase,
          weight: step.weight,
          paused,
          startedAt: control.startedAt,
          passAfter: inFuture(step.forMs - watchedMs),
          giveUpAfter: inFuture(step.forMs + extendMs - watchedMs),
        }),
      () => control.command !== null || control.paused !== paused,
    );
    if (!paused) watchedMs += Date.now() - since;
    if (control.command) {
      const { kind, by, reason } = control.command;
      return { promote: kind === 'promote', reason, by };
    }
    if (end?.verdict === 'passed') return null;
    if (end) return { promote: false, reason: end.reason };
  }
}

/** The activity's answer, or null when a command came first; the activity is then cancelled. */
async function interruptible(work: () => Promise<StepEnd>, interrupted: () => boolean): Promise<StepEnd | null> {
  const scope = new CancellationScope();
  const watching = scope.run(work).catch((error: unknown) => {
    if (isCancellation(error) && interrupted()) return null;
    throw error;
  });
  await Promise.race([watching, condition(interrupted)]);
  if (interrupted()) scope.cancel();
  return await watching;
}

/** What was wanted may no longer be possible: a route that was taken away meanwhile is not promoted. */
async function settle(input: RolloutInput, control: RolloutControl, wanted: RolloutEnd): Promise<RolloutEnd> {
  control.close();
  const end = wanted.promote ? await promote(input, wanted) : wanted;
  if (!end.promote) await rollouts.withdrawVersion({ ...input, reason: end.reason, by: decider(end) });
  control.finish(end);
  upsertSearchAttributes([{ key: searchAttributes.verdict, value: end.promote ? 'promoted' : 'rolled-back' }]);
  return end;
}

async function promote(input: RolloutInput, wanted: RolloutEnd): Promise<RolloutEnd> {
  const { promoted, why } = await rollouts.promoteVersion({ ...input, reason: wanted.reason, by: decider(wanted) });
  return promoted ? wanted : { promote: false, reason: why };
}

function decider({ by }: RolloutEnd): Actor {
  return by ? { name: by, via: 'api' } : gates;
}

/** The commands that people send, and what they are told. */
class RolloutControl {
  command: Command = null;
  paused = false;
  readonly startedAt = now();
  #closed = false;
  #progress: RolloutProgress;

  constructor({ rollout: id, model, version }: RolloutInput) {
    this.#progress = {
      rollout: id,
      model,
      version,
      phase: 'starting',
      weight: 0,
      paused: false,
      since: now(),
      detail: '',
    };
    setHandler(rolloutProgressQuery, () => ({ ...this.#progress, paused: this.paused }));
    const open = { validator: ({ by, reason }: RolloutCommand) => this.#refuse(by, reason) };
    setHandler(promoteUpdate, (command) => this.#obey({ kind: 'promote', ...command }, 'is promoted'), open);
    setHandler(abortUpdate, (command) => this.#obey({ kind: 'abort', ...command }, 'is rolled back'), open);
    setHandler(
      pauseUpdate,
      ({ paused }) => {
        this.paused = paused;
        return `rollout ${id} ${paused ? 'is paused: its weight stays, its clock stands still' : 'goes on'}`;
      },
      open,
    );
  }

  enter({ phase, weight }: Step): void {
    this.#show({ phase, weight, since: now() });
  }

  /** From here on the rollout ends, one way or the other; commands come too late. */
  close(): void {
    this.#closed = true;
  }

  finish({ promote, reason }: RolloutEnd): void {
    this.#show({ phase: promote ? 'promoted' : 'rolled-back', weight: promote ? 1 : 0, since: now(), detail: reason });
  }

  #show(change: Partial<RolloutProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    const { model, version, phase, weight, detail } = this.#progress;
    setCurrentDetails(`**${model}@${version}** ${phase}, ${weight * 100} % of the traffic. ${detail}`);
    upsertSearchAttributes([{ key: searchAttributes.stage, value: phase }]);
  }

  #obey(command: Command, what: string): string {
    this.command ??= command;
    return `${this.#progress.model}@${this.#progress.version} ${what}`;
  }

  #refuse(by: string, reason: string): void {
    const why = this.#whyNot(by, reason);
    if (why) throw ApplicationFailure.nonRetryable(why, 'PRN-API-409');
  }

  #whyNot(by: string, reason: string): string | null {
    if (!by?.trim()) return 'a command needs a name';
    if (!reason?.trim()) return 'a command needs a reason';
    if (this.command) return `already told to ${this.command.kind} by ${this.command.by}`;
    return this.#closed ? 'the rollout has come to its end' : null;
  }
}

const now = () => new Date().toISOString();
const inFuture = (ms: number) => new Date(Date.now() + Math.max(0, ms)).toISOString();
