import {
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  patched,
  TemporalFailure,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { StepEnd } from '../activities/rollout.ts';
import { rootMessage } from '../src/errors/root-message.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { Actor } from '../src/registry/registry.ts';
import { stopsHere } from './failures.ts';
import type { RolloutInput, RolloutResult, RolloutStep } from './messages.ts';
import { rollouts, watcher } from './proxies.ts';
import { RolloutControl, type RolloutEnd } from './rollout-control.ts';
import { RolloutNotices } from './rollout-notices.ts';
import { searchAttributes } from './search-attributes.ts';

/**
 * Shadow, then each weight for its time, watched by tests that stay valid however often they look; then promoted or rolled back. A promoted
 * version may bake: its predecessor sees copies of all requests meanwhile and is restored at once where a gate fails.
 */
export async function rollout(input: RolloutInput): Promise<RolloutResult> {
  const startedAt = Date.now();
  const control = new RolloutControl(input, stepsOf(input));
  upsertSearchAttributes([
    { key: searchAttributes.model, value: input.model },
    { key: searchAttributes.version, value: `${input.model}@${input.version}` },
  ]);
  const notices = new RolloutNotices(input);
  const name = `${input.model}@${input.version}`;
  if (input.force)
    notices.tell('forced', 'forced', `${input.by.name} rolls ${name} out past its gates: ${input.reason}`);
  const wanted = await carryThrough(input, control, notices).catch((error: unknown) => {
    if (stopsHere(error)) return { promote: false, reason: 'the rollout was cancelled' };
    if (!(error instanceof TemporalFailure)) throw error;
    return { promote: false, reason: `the rollout could not go on: ${rootMessage(error)}` };
  });
  const settled = await CancellationScope.nonCancellable(() => settle(input, control, wanted));
  const end = settled.promote && bakeMs(input) > 0 ? await bake(input, { control, notices }, settled) : settled;
  control.finish(end);
  upsertSearchAttributes([{ key: searchAttributes.verdict, value: end.promote ? 'promoted' : 'rolled-back' }]);
  // The end of a run's own rollout is told by the run.
  const outcome = end.promote ? 'promoted' : 'rollback';
  if (input.run === null) notices.tell(outcome, 'ended', `${name} ${outcome}: ${end.reason}`);
  await CancellationScope.nonCancellable(() => notices.told());
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return {
    outcome: end.promote ? 'promoted' : 'rolled-back',
    reason: end.reason,
    seconds: (Date.now() - startedAt) / 1000,
  };
}

const gates: Actor = { name: 'perennial', via: 'workflow' };

async function carryThrough(
  input: RolloutInput,
  control: RolloutControl,
  notices: RolloutNotices,
): Promise<RolloutEnd> {
  let least = 0;
  for (const [index, planned] of stepsOf(input).entries()) {
    if (planned.phase === 'bake') continue;
    // A weight that a person has raised is not lowered by the next step.
    const step = planned.phase === 'canary' ? { ...planned, weight: Math.max(planned.weight, least) } : planned;
    control.enter(step, index);
    const { entered, why } = await rollouts.enterStep({ ...input, phase: planned.phase, weight: step.weight });
    if (!entered) return { promote: false, reason: why };
    const watched = await watchStep(input, step, { index, control, notices });
    if ('promote' in watched) return watched;
    least = watched.weight;
  }
  const { spec, standing } = input;
  if (standing) return { promote: false, concluded: true, reason: `the comparison has lasted for ${standing.for}` };
  return { promote: true, reason: `no gate was violated${seenIn(spec)}` };
}

/** ` in 1h of shadow and 2 canary steps`; empty where the version was promoted at once. */
function seenIn({ shadow, steps }: RolloutInput['spec']): string {
  const canaries = steps.filter(({ weight }) => weight < 1).length;
  const parts = [
    ...(durationMs(shadow) > 0 ? [`${shadow} of shadow`] : []),
    ...(canaries > 0 ? [`${canaries} canary ${canaries === 1 ? 'step' : 'steps'}`] : []),
  ];
  return parts.length > 0 ? ` in ${parts.join(' and ')}` : '';
}

/** A last step of weight 1 is the promotion itself. */
function stepsOf(input: RolloutInput): RolloutStep[] {
  const { spec, standing } = input;
  if (standing) return [{ phase: 'canary', weight: standing.weight, forMs: durationMs(standing.for) }];
  const shadow: RolloutStep[] =
    durationMs(spec.shadow) > 0 ? [{ phase: 'shadow', weight: 0, forMs: durationMs(spec.shadow) }] : [];
  const canary = spec.steps
    .filter(({ weight }) => weight < 1)
    .map((step): RolloutStep => ({ phase: 'canary', weight: step.weight, forMs: durationMs(step.for) }));
  const bake: RolloutStep[] = bakeMs(input) > 0 ? [{ phase: 'bake', weight: 1, forMs: bakeMs(input) }] : [];
  return [...shadow, ...canary, ...bake];
}

const bakeMs = ({ spec, standing }: RolloutInput) => (spec.bake && !standing ? durationMs(spec.bake) : 0);

interface Watching {
  readonly index: number;
  readonly control: RolloutControl;
  readonly notices: RolloutNotices;
}

/**
 * The weight at which the step passed, or how the rollout ends. While paused only the lease is kept and the clock stands still; violations still
 * roll back.
 */
async function watchStep(
  input: RolloutInput,
  planned: RolloutStep,
  { index, control, notices }: Watching,
): Promise<RolloutEnd | { readonly weight: number }> {
  let step = planned;
  let extendMs = durationMs(input.spec.extendAtMost);
  let watchedMs = 0;
  let asked = 0;
  for (;;) {
    const { paused } = control;
    const since = Date.now();
    const times = {
      passAfter: inFuture(step.forMs - watchedMs),
      giveUpAfter: inFuture(step.forMs + extendMs - watchedMs),
    };
    const { phase, weight } = step;
    const request = { ...input, phase, weight, step: index, paused, startedAt: control.startedAt, ...times };
    const end = await interruptible(
      () => watcher.watchStep({ ...request, standing: input.standing !== undefined }),
      () => control.command !== null || control.weight !== null || control.paused !== paused,
    );
    if (!paused) watchedMs += Date.now() - since;
    if (control.command) {
      const { kind, by, reason } = control.command;
      return { promote: kind === 'promote', reason, by };
    }
    if (end?.verdict === 'passed') return { weight: step.weight };
    if (end?.verdict === 'unproven') {
      control.ask(end.reason);
      asked += 1;
      notices.tell('approval', `step-${index}/asks-${asked}`, `${input.rollout} asks a person: ${end.reason}`);
      extendMs += durationMs(input.spec.extendAtMost);
      await rollouts.askAboutRollout({ ...input, by: gates, reason: end.reason });
      continue;
    }
    if (end) return { promote: false, reason: end.reason };
    const wanted = control.takeWeight();
    if (wanted === null) continue;
    const { weight: share, by, reason } = wanted;
    step = { ...step, weight: share };
    const order = { phase: 'canary', weight: share, by: person(by), reason } as const;
    const { entered, why } = await rollouts.enterStep({ ...input, ...order });
    if (!entered) return { promote: false, reason: why };
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
  const end = wanted.promote ? await promote(input, control, wanted) : wanted;
  const to = end.concluded ? { to: 'challenger' as const } : {};
  if (!end.promote) await rollouts.withdrawVersion({ ...input, ...to, reason: end.reason, by: decider(end) });
  return end;
}

async function promote(input: RolloutInput, { phase }: RolloutControl, wanted: RolloutEnd): Promise<RolloutEnd> {
  // Only a canary becomes stable: a plan may have no step before 1, and a person may promote out of the shadow.
  if (phase !== 'canary' && patched('promoted-as-a-canary')) {
    const { entered, why } = await rollouts.enterStep({ ...input, phase: 'canary', weight: 1 });
    if (!entered) return { promote: false, reason: why };
  }
  const bake = bakeMs(input) > 0 ? { bake: true } : {};
  const move = { ...input, ...bake, reason: wanted.reason, by: decider(wanted) };
  const { promoted, why } = await rollouts.promoteVersion(move);
  return promoted ? wanted : { promote: false, reason: why };
}

/** The old version answers copies until the time is over. Whatever ends the watching but a violation or a person, the promotion stands. */
async function bake(
  input: RolloutInput,
  { control, notices }: Omit<Watching, 'index'>,
  promoted: RolloutEnd,
): Promise<RolloutEnd> {
  control.reopen();
  const steps = stepsOf(input);
  const [index, step] = [steps.length - 1, steps.at(-1)];
  if (step === undefined) return promoted;
  control.enter(step, index);
  const watched = await watchStep(input, step, { index, control, notices }).catch((error: unknown): RolloutEnd => {
    if (!stopsHere(error) && !(error instanceof TemporalFailure)) throw error;
    return { promote: true, reason: `${promoted.reason}; its bake could not go on: ${rootMessage(error)}` };
  });
  control.close();
  const end =
    'promote' in watched
      ? watched
      : { promote: true, reason: `${promoted.reason}, and none in ${input.spec.bake} of bake` };
  const how = end.promote ? 'keep' : 'restore';
  await CancellationScope.nonCancellable(() =>
    rollouts.endBake({ ...input, how, reason: end.reason, by: decider(end) }),
  );
  return end;
}

function decider({ by }: RolloutEnd): Actor {
  return by ? person(by) : gates;
}

const person = (name: string): Actor => ({ name, via: 'api' });

const inFuture = (ms: number) => new Date(Date.now() + Math.max(0, ms)).toISOString();
