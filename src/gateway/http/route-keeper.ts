import { isPerennialError } from '../../errors/error.ts';
import type { Route } from '../../registry/registry.ts';
import { assembleLive, dropRollout, dropShadow, type LiveModel, type LoadedVersion } from '../live-model.ts';
import type { RouteSource } from '../ports.ts';
import { type SegmentSplit, segmentSplit } from '../segments.ts';
import { HaltReporter } from './halt-reporter.ts';
import type { GatewayLogger } from './logger.ts';
import { type GatewayMemory, readMemory, writeMemory } from './state-folder.ts';
import type { VersionShelf } from './version-shelf.ts';
import { within } from './within.ts';

export interface RouteKeeperOptions {
  readonly source: RouteSource;
  readonly shelf: VersionShelf;
  readonly stateFolder: string;
  readonly name: string;
  readonly pollMs: number;
  readonly logger: GatewayLogger;
  readonly onPoll?: (ok: boolean) => void;
  readonly onHalt?: (model: string) => void;
}

const firstPollMs = 5_000;
const longestPollMs = 5_000;
const learnedMs = 60_000;
/** What a source says that knows of no models' files. */
const undeclared = Promise.resolve({ plan: { file: { data: { sensitive: [] } } } });

/** One model as it is known here; `live` is null until its stable version is loaded. */
export interface HeldModel {
  route: Route;
  live: LiveModel | null;
  /** The stable version before this one stays loaded: going back to it costs nothing. */
  previous: LoadedVersion | null;
  /** Null until the registry has named them once. */
  sensitive: ReadonlySet<string> | null;
  /** Learnt with `sensitive`; null for a model without segments. */
  segments: SegmentSplit | null;
  /** Epoch milliseconds until which `sensitive` is taken as current: a changed plan moves no route. */
  learnedUntilMs: number;
  learning: Promise<void> | null;
  /** The older rev that was refused last: said once, not with every poll. */
  refusedRev: number | null;
  from: 'registry' | 'disk';
}

/**
 * Follows the registry's routes. A route takes effect as far as its versions are loaded: withdrawing a challenger is immediate, a new
 * version is loaded first. Nothing that answers is dropped because something else is down.
 */
export class RouteKeeper {
  readonly #options: RouteKeeperOptions;
  readonly #halts: HaltReporter;
  readonly #models = new Map<string, HeldModel>();
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<unknown> = Promise.resolve();
  #closed = false;
  #silent = false;
  #lastPollAt: string | null = null;
  #saving: Promise<void> = Promise.resolve();

  constructor(options: RouteKeeperOptions) {
    this.#options = options;
    this.#halts = new HaltReporter({ ...options, onReported: () => this.#save() });
  }

  /** Restores from disk, then asks the registry; returns when what can be served is served, or the registry stays silent. */
  async start(): Promise<void> {
    const memory = await readMemory(this.#options.stateFolder);
    this.#halts.restore(memory.halted);
    await Promise.all(memory.routes.map((route) => this.#restore(route, memory)));
    const patience = memory.routes.length > 0 ? this.#options.pollMs : firstPollMs;
    const first = this.#poll();
    this.#polling = first.then(() => this.#schedule());
    await within(
      first.then((loads) => Promise.all(loads)),
      patience,
    ).catch(nothing);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#halts.close();
    await within(this.#polling, 1_000).catch(nothing);
    await this.#saving;
  }

  model(model: string): HeldModel | undefined {
    return this.#models.get(model);
  }

  models(): IterableIterator<[string, HeldModel]> {
    return this.#models.entries();
  }

  lastPollAt(): string | null {
    return this.#lastPollAt;
  }

  /** Drops a rollout before anything else happens; telling the registry comes after, as often as it takes. */
  halt(model: string, rollout: string | null, reason: string): void {
    const held = this.#models.get(model);
    if (rollout === null || held?.route.rollout !== rollout || this.#halts.reason(model, rollout) !== null) return;
    if (held.live?.route.rollout === rollout) dropRollout(held.live, reason);
    this.#options.logger.warn({ model, rollout }, `rollout dropped: ${reason}`);
    this.#options.onHalt?.(model);
    this.#halts.report(model, rollout, reason);
    this.#save();
  }

  /** A standing shadow that fails gets nothing more from this gateway until it is taken off and added again. */
  dropShadow(model: string, version: number, reason: string): void {
    const live = this.#models.get(model)?.live;
    if (live == null) return;
    dropShadow(live, version, reason, this.#halts.reason(model, live.route.rollout));
    this.#options.logger.warn({ model, version }, `standing shadow dropped: ${reason}`);
  }

  /** Returns the loads that it began, and waits for none of them: other models' routes must not be late. */
  async #poll(): Promise<readonly Promise<void>[]> {
    try {
      const routes = await within(Promise.resolve(this.#options.source.routes()), longestPollMs);
      this.#lastPollAt = new Date().toISOString();
      this.#heard(null);
      return routes.map((route) => this.#receive(route));
    } catch (error) {
      this.#heard(error);
      return [];
    } finally {
      this.#sweep();
    }
  }

  #heard(error: unknown): void {
    this.#options.onPoll?.(error === null);
    if (this.#silent === (error !== null)) return;
    this.#silent = error !== null;
    const { logger } = this.#options;
    if (this.#silent) logger.warn({ error: String(error) }, 'routes not read; the last known ones are served');
    else logger.info({}, 'routes are read again');
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#polling = this.#poll().then(() => this.#schedule());
    }, this.#options.pollMs);
    this.#timer.unref();
  }

  #restore(route: Route, memory: GatewayMemory): Promise<void> {
    const sensitive = memory.sensitive[route.model];
    const held = hold(route, 'disk', sensitive === undefined ? null : new Set(sensitive));
    if (held.sensitive !== null) held.learnedUntilMs = Date.now() + learnedMs;
    held.segments = memory.segments?.[route.model] ?? null;
    this.#models.set(route.model, held);
    return this.#settle(held);
  }

  #receive(route: Route): Promise<void> {
    const held = this.#models.get(route.model) ?? hold(route, 'registry', null);
    if (route.rev < held.route.rev) {
      const message = `PRN-GATEWAY-013 route of ${route.model} with rev ${route.rev} refused: rev ${held.route.rev} is held`;
      if (held.refusedRev !== route.rev) this.#options.logger.warn({ model: route.model }, message);
      held.refusedRev = route.rev;
      return Promise.resolve();
    }
    const known = this.#models.has(route.model);
    this.#models.set(route.model, held);
    held.from = 'registry';
    if (!known || !sameRoute(route, held.route)) {
      // The plan may have changed with the route; until it is read, what was known holds.
      if (route.rev > held.route.rev) held.learnedUntilMs = 0;
      const served = [held.previous?.version, ...versionsOf(held.route)];
      for (const version of versionsOf(route))
        if (!served.includes(version)) this.#options.shelf.dropUndecided(route.model, version);
      held.route = route;
      this.#save();
    }
    return this.#settle(held);
  }

  /** Serves at once with what is loaded, then loads what is missing and serves again. */
  async #settle(held: HeldModel): Promise<void> {
    this.#activate(held);
    const { model, stable, shadows = [] } = held.route;
    const halted = held.route.halted !== null || this.#halts.reason(model, held.route.rollout) !== null;
    const wanted = halted ? shadows : challengersOf(held.route);
    const missing = wanted.filter((version) => this.#options.shelf.find(model, version, 'apart') === null);
    const needsStable = stable !== null && this.#options.shelf.find(model, stable, 'inside') === null;
    const learned = Date.now() < held.learnedUntilMs;
    if (!needsStable && missing.length === 0 && learned) return;
    const steps = missing.map((version) => this.#loadChallenger(held, version));
    if (needsStable) steps.push(this.#options.shelf.obtain(model, stable, 'inside').then(nothing, nothing));
    if (!learned) steps.push(this.#learnSensitive(held));
    const activate = (): void => {
      if (!this.#closed) this.#activate(held);
    };
    // A step that hangs holds no other one back.
    await Promise.all(steps.map((step) => step.then(activate)));
  }

  #activate(held: HeldModel): void {
    const { route, live: before } = held;
    const { model } = route;
    const haltedHere = this.#halts.reason(model, route.rollout);
    const stable = route.stable === null ? null : this.#options.shelf.find(model, route.stable, 'inside');
    const { sensitive } = held;
    // A segment whose first rollout has ended: what stood in for the global champion is gone, and the global model answers.
    if (route.stable === null) held.live = null;
    if (stable === null || sensitive === null) return;
    const challengers = challengersOf(route)
      .map((version) => this.#options.shelf.find(model, version, 'apart'))
      .filter((loaded) => loaded !== null);
    if (before !== null && unchanged(before, { route, stable, challengers, sensitive })) return;
    if (before !== null && before.stable !== stable) held.previous = before.stable;
    held.live = assembleLive({ route, stable, challengers, sensitive, haltedHere, before });
  }

  /** A challenger that cannot ever be loaded ends its rollout; one that cannot be fetched now is tried again. */
  async #loadChallenger(held: HeldModel, version: number): Promise<void> {
    try {
      await this.#options.shelf.obtain(held.route.model, version, 'apart');
    } catch (error) {
      const unusable =
        isPerennialError(error) && (error.code === 'PRN-GATEWAY-006' || error.code === 'PRN-GATEWAY-007');
      const { canary, shadow } = held.route;
      if (unusable && (version === canary || version === shadow))
        this.halt(held.route.model, held.route.rollout, `version ${version} cannot be loaded: ${error.message}`);
    }
  }

  /** Until this has succeeded once nothing is served: a sensitive column in the log cannot be taken back. */
  #learnSensitive(held: HeldModel): Promise<void> {
    const { source, logger } = this.#options;
    const { model, rev } = held.route;
    const learn = async (): Promise<void> => {
      try {
        const data = await within(source.model?.(model) ?? undeclared, longestPollMs);
        const { sensitive } = data.plan.file.data;
        if (!sameSet(sensitive, held.sensitive)) held.sensitive = new Set(sensitive);
        held.segments = segmentSplit(model, data.plan.file.data);
        if (held.route.rev === rev) held.learnedUntilMs = Date.now() + learnedMs;
        this.#save();
      } catch (error) {
        if (held.sensitive === null) logger.warn({ model, error: String(error) }, 'sensitive columns not read yet');
      }
      held.learning = null;
    };
    held.learning ??= learn();
    return held.learning;
  }

  #sweep(): void {
    const { shelf } = this.#options;
    const keep = new Set<LoadedVersion | null>();
    for (const { route, live, previous } of this.#models.values()) {
      if (route.stable !== null) keep.add(shelf.find(route.model, route.stable, 'inside'));
      for (const version of challengersOf(route)) keep.add(shelf.find(route.model, version, 'apart'));
      keep.add(live?.stable ?? null).add(previous);
    }
    shelf.sweep(keep);
  }

  #save(): void {
    const held = [...this.#models.values()];
    const memory: GatewayMemory = {
      routes: held.map(({ route }) => route),
      halted: this.#halts.all(),
      sensitive: Object.fromEntries(
        held.flatMap(({ route, sensitive }) => (sensitive === null ? [] : [[route.model, [...sensitive]]])),
      ),
      segments: Object.fromEntries(
        held.flatMap(({ route, segments }) => (segments === null ? [] : [[route.model, segments]])),
      ),
    };
    this.#saving = this.#saving
      .then(() => writeMemory(this.#options.stateFolder, memory))
      .catch((error: unknown) => this.#options.logger.error({ error: String(error) }, 'state folder not written'));
  }
}

function versionsOf(route: Route): number[] {
  return [...(route.stable === null ? [] : [route.stable]), ...challengersOf(route)];
}

/** All versions that see requests beside the champion, each once. */
function challengersOf({ stable, canary, shadow, shadows = [] }: Route): number[] {
  const all = [canary, shadow, ...shadows].filter((version) => version !== null && version !== stable);
  return [...new Set(all)] as number[];
}

function sameRoute(a: Route, b: Route): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function hold(route: Route, from: HeldModel['from'], sensitive: ReadonlySet<string> | null): HeldModel {
  const unknown = { live: null, previous: null, segments: null, learning: null, refusedRev: null };
  return { ...unknown, route, sensitive, learnedUntilMs: 0, from };
}

/** Keeps one live model while nothing moves, also through renewed polls. */
function unchanged(
  live: LiveModel,
  next: Pick<LiveModel, 'route' | 'stable' | 'sensitive'> & { readonly challengers: readonly LoadedVersion[] },
): boolean {
  return (
    live.route === next.route &&
    live.stable === next.stable &&
    live.sensitive === next.sensitive &&
    live.challengers.length === next.challengers.length &&
    live.challengers.every((challenger, index) => challenger.batch === next.challengers[index]?.batch)
  );
}

function sameSet(names: readonly string[], set: ReadonlySet<string> | null): boolean {
  return set !== null && names.length === set.size && names.every((name) => set.has(name));
}

function nothing(): void {}
