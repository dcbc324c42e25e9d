import type { Route } from '../registry/registry.ts';
import { sameColumns } from './features.ts';
import { type AnswerRange, type FloorState, noAnswers, untouched } from './floors.ts';
import type { MicroBatch } from './micro-batch.ts';
import type { Signature } from './predictor.ts';
import { planServing, type ServingPlan } from './serving.ts';

/**
 * A version that can answer. Compiled ones answer inside this process, whoever they are: they are proven to end and to need nothing
 * else. Of those that onnxruntime runs only the champion is inside; challengers and ad-hoc calls have a process of their own.
 */
export interface LoadedVersion {
  readonly model: string;
  readonly version: number;
  readonly signature: Signature;
  /** Of two classes: the last one is answered from this probability on. Without it, the likelier one is. */
  readonly yesFrom?: number | undefined;
  readonly place: 'inside' | 'apart';
  readonly runtime: 'compiled' | 'onnx';
  readonly batch: MicroBatch;
  close(): Promise<void>;
}

export interface Challenger extends LoadedVersion {
  /** Rows read for the champion can be used as they are. */
  readonly sameColumns: boolean;
}

/** All that the request path needs for one model. Replaced as a whole when the route moves, so a request never sees half a switch. */
export interface LiveModel {
  readonly route: Route;
  readonly stable: LoadedVersion;
  readonly challengers: readonly Challenger[];
  readonly sensitive: ReadonlySet<string>;
  /** Column names that only a challenger knows: let through, so that callers may send them before the switch. */
  readonly known: ReadonlySet<string>;
  /** Changes in place when this gateway drops the rollout: the next row already sees it. */
  plan: ServingPlan;
  /** One object for the whole rollout, so that rows under way when the route moves count as well. */
  readonly floors: { state: FloorState };
  /** Answers a row that its canary has not answered yet by the champion; of the whole rollout, as the floors. */
  readonly waiting: Set<() => void>;
  /** Of each standing shadow, which no rollout answers for; `dropped` says why this gateway sends it nothing any more. */
  readonly shadowFloors: ReadonlyMap<number, ShadowFloor>;
  /** Of a regression's champion: outlives rollouts, ends with the version. */
  readonly range: { seen: AnswerRange };
}

export interface ShadowFloor {
  state: FloorState;
  dropped: string | null;
}

export interface LiveParts {
  readonly route: Route;
  readonly stable: LoadedVersion;
  readonly challengers: readonly LoadedVersion[];
  readonly sensitive: ReadonlySet<string>;
  readonly haltedHere: string | null;
  /** What was served before: the floors' counts go on while the rollout is the same. */
  readonly before: LiveModel | null;
}

export function assembleLive(parts: LiveParts): LiveModel {
  const { route, stable, before } = parts;
  const challengers = parts.challengers.map((loaded) => challenging(loaded, stable));
  const shadowFloors = new Map(
    (route.shadows ?? []).map((version) => [
      version,
      before?.shadowFloors.get(version) ?? { state: untouched, dropped: null },
    ]),
  );
  const sameRollout = before !== null && before.route.rollout === route.rollout;
  return {
    route,
    stable,
    challengers,
    sensitive: parts.sensitive,
    known: new Set(challengers.flatMap((loaded) => loaded.signature.features.map((feature) => feature.name))),
    plan: planOf({ route, challengers, shadowFloors }, parts.haltedHere),
    floors: sameRollout ? before.floors : { state: untouched },
    waiting: sameRollout ? before.waiting : new Set(),
    shadowFloors,
    range: before?.stable === stable ? before.range : { seen: noAnswers },
  };
}

/** Written out, as versions themselves are: one hidden class for all of them. */
function challenging(loaded: LoadedVersion, stable: LoadedVersion): Challenger {
  const { model, version, signature, yesFrom, place, runtime, batch, close } = loaded;
  const columns = sameColumns(stable.signature, signature);
  return { model, version, signature, yesFrom, place, runtime, batch, close, sameColumns: columns };
}

/** Drops every challenger of the rollout at once: the next row, also one of the same turn, goes to the champion, and so do those that wait. */
export function dropRollout(live: LiveModel, reason: string): void {
  live.plan = planOf(live, reason);
  const recalls = [...live.waiting];
  live.waiting.clear();
  for (const recall of recalls) recall();
}

/** Sends a standing shadow nothing any more. `haltedHere`: the rollout beside it was dropped before. */
export function dropShadow(live: LiveModel, version: number, reason: string, haltedHere: string | null): void {
  const floor = live.shadowFloors.get(version);
  if (floor !== undefined) floor.dropped = reason;
  live.plan = planOf(live, haltedHere);
}

function planOf(
  { route, challengers, shadowFloors }: Pick<LiveModel, 'route' | 'challengers' | 'shadowFloors'>,
  haltedHere: string | null,
): ServingPlan {
  const loaded = (version: number): boolean => challengers.some((challenger) => challenger.version === version);
  return planServing(route, loaded, haltedHere, (version) => shadowFloors.get(version)?.dropped != null);
}

/** Asks many rows of one request: each version answers its part of them in one call. */
export function askTogether({ stable, challengers }: LiveModel, ask: () => void): void {
  // The champion's call comes last: it answers as well what a canary has failed at.
  const batches = [stable, ...challengers].map(({ batch }) => batch);
  const around = (work: () => void, batch: MicroBatch) => (): void => {
    if (batch.together === undefined) work();
    else batch.together(work);
  };
  batches.reduceRight(around, ask)();
}

export function challengerOf(live: LiveModel, version: number | null): Challenger | null {
  if (version === null) return null;
  return live.challengers.find((challenger) => challenger.version === version) ?? null;
}
