import {
  CancellationScope,
  condition,
  continueAsNew,
  patched,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { ParameterValue } from '../src/plan/schema.ts';
import { type Budget, type Standing, standing, type Tally, tallied } from '../src/sweep/budget.ts';
import { directionOf } from '../src/sweep/direction.ts';
import { settled, sweepPartKey, type TrialRecord } from '../src/sweep/record.ts';
import { isOptuna } from '../src/sweep/sampler-names.ts';
import { areSame } from '../src/sweep/space.ts';
import { rungSignal, type SweepProgress } from './messages.ts';
import { localSampler, sampler, slowSampler, sweepHints, sweepRecords } from './proxies.ts';
import { SweepDesk } from './sweep-desk.ts';
import { budgetOf, withoutValue } from './sweep-ending.ts';
import { SweepLadder, type Waiting } from './sweep-ladder.ts';
import { progressOf, sweepDetails } from './sweep-progress.ts';
import { SweepRace } from './sweep-race.ts';
import type { SweepInput, SweepResult, SweepState, SweepWorkflow } from './sweep-shapes.ts';
import { carriedBytesAtMost, freshState, promotesOf, ruleOf } from './sweep-state.ts';
import { type TrialEnd, trainTrial } from './sweep-trial.ts';

type Chosen = Readonly<Record<string, ParameterValue>>;
type Asked = Pick<TrialRecord, 'trial' | 'parameters' | 'knew' | 'beside' | 'resumedFrom'>;

/**
 * A replay of so many events takes less than a second, and each trial that runs needs some. Fewer would be dear: what runs is waited for before
 * a sweep continues as new.
 */
const eventsAtMost = 1_000;
const eventsOfTrial = 20;
/** The first look at the money comes soon, as a short sweep has no second one. */
const askForMoneyAfterMs = 2_000;
const askForMoneyEveryMs = 30_000;
/** Of a long sweep the stage that waits for it needs no more. */
const trialsInResult = 300;

/** One sweep from its first trial to its end, or to the point where it continues as new. */
export class SweepCourse {
  readonly #input: SweepInput;
  readonly #state: SweepState;
  readonly #desk: SweepDesk;
  readonly #race: SweepRace;
  readonly #ladder: SweepLadder | null;
  readonly #running = new Map<number, Chosen>();
  /** Of those that run, who has waited at a rung before. */
  readonly #resumed = new Set<number>();
  readonly #tail: TrialRecord[];
  readonly #cutOff: { trial: number; parameters: Chosen }[] = [];
  #warm: readonly Chosen[];
  /** Object key of what earlier sweeps know. */
  #prior: string | null;
  #next: number;
  #tally: Tally;
  #best: Pick<SweepState, 'best' | 'bestParameters'>;
  #usd: number;
  #firstFailure: string | null = null;
  /** What ends the sweep at once: a cancel, or a mistake in this code. */
  #broken: { readonly error: unknown } | null = null;

  constructor(input: SweepInput) {
    const state = input.carried ?? freshState(input, Date.now());
    const { next, tally, tail, best, bestParameters, usd, warm, prior = null, rungs } = state;
    this.#input = input;
    this.#state = state;
    this.#next = next;
    this.#tally = tally;
    this.#tail = [...tail];
    this.#best = { best, bestParameters };
    this.#usd = usd;
    this.#warm = warm;
    this.#prior = prior;
    this.#race = new SweepRace({ rule: ruleOf(input), metric: input.metric, reports: rungs });
    this.#ladder = this.#ladderOf(input, state);
    const { model, run, stage } = input.request;
    this.#desk = new SweepDesk(
      {
        ...{ model, run, stage },
        closed: () => this.#whyClosed(),
        finished: () => this.#tally.finished,
        hasBest: () => this.#best.best !== null,
        progress: () => this.#progress(),
      },
      state,
    );
    this.#desk.open();
    setHandler(rungSignal, (report) => this.#race.reached(report));
  }

  async carryThrough(): Promise<SweepResult> {
    const watching = new CancellationScope();
    try {
      if (!this.#input.carried) await this.#beginWarm();
      void watching.run(() => this.#keepTime()).catch(() => undefined);
      void watching.run(() => this.#watchMoney()).catch(() => undefined);
      while (this.#mayGoOn()) await this.#runTrials();
    } catch (error) {
      // A cancelled sweep ends when its last trial has stopped.
      await CancellationScope.nonCancellable(() => condition(() => this.#running.size === 0));
      throw error;
    }
    watching.cancel();
    if (this.#whyClosed() === null) await this.#continueAsNew();
    return await this.#finish();
  }

  /** Starts trials as long as there is room for them, then waits for those that run, or ends them at a hard limit. */
  async #runTrials(): Promise<void> {
    while (this.#mayGoOn()) {
      await condition(() => this.#broken !== null || !this.#mayGoOn() || this.#hasRoom());
      if (this.#broken) throw this.#broken.error;
      if (this.#mayGoOn()) await this.#startTrial();
    }
    await condition(() => this.#broken !== null || this.#running.size === 0 || this.#isHard());
    if (this.#running.size > 0) this.#race.cutOff();
    await condition(() => this.#running.size === 0);
    if (this.#broken) throw this.#broken.error;
  }

  #mayGoOn(): boolean {
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    const roomy = historyLength < Math.max(eventsAtMost, eventsOfTrial * this.#desk.parallel);
    return this.#whyClosed() === null && !continueAsNewSuggested && roomy;
  }

  #hasRoom(): boolean {
    const { paused, parallel, planned } = this.#desk;
    const { size } = this.#running;
    if (paused || size >= parallel) return false;
    return this.#whoGoesOn() !== null || this.#tally.finished + size - this.#resumed.size < planned;
  }

  /** Promotions come before new trials: a machine is better spent on what has shown itself. */
  #whoGoesOn(): Waiting | null {
    if (!this.#ladder) return null;
    const { next } = this.#ladder;
    const isLast = this.#running.size === 0 && this.#best.best === null && this.#tally.finished >= this.#desk.planned;
    return next ?? (isLast ? this.#ladder.leader : null);
  }

  async #startTrial(): Promise<void> {
    const waiting = this.#whoGoesOn();
    if (waiting) return this.#resume(waiting);
    const trial = this.#next;
    const knew = this.#state.inParts + this.#tail.length;
    const beside = [...this.#running.keys()].filter((other) => !this.#resumed.has(other));
    const parameters = await this.#suggest(trial);
    // Asked in vain where something has changed meanwhile; the number is given to the next.
    if (!this.#mayGoOn() || !this.#hasRoom()) return;
    this.#next += 1;
    this.#running.set(trial, parameters);
    void this.#carry({ trial, parameters, knew, beside });
  }

  #resume(waiting: Waiting): void {
    const { trial, parameters, knew, beside, step, rung } = waiting;
    this.#ladder?.goOn(waiting);
    this.#running.set(trial, parameters);
    this.#resumed.add(trial);
    void this.#carry({ trial, parameters, knew, beside, resumedFrom: step }, rung + 1);
  }

  async #suggest(trialNumber: number): Promise<Chosen> {
    const { sweep: spec, metric, request } = this.#input;
    const inTurn = patched('sweep-suggestions-wait-their-turn');
    const { suggestTrial } = isOptuna(spec.sampler) ? slowSampler : inTurn ? sampler : localSampler;
    return await suggestTrial({
      space: spec.space,
      metric,
      observations: settled(this.#tail).map(({ trial, parameters, value, resumedFrom }) => {
        return { trial, parameters, value, ...(resumedFrom === undefined ? {} : { resumedFrom }) };
      }),
      parts: this.#state.parts,
      running: [...this.#running].flatMap(([trial, chosen]) => (this.#resumed.has(trial) ? [] : [chosen])),
      seed: request.seed,
      trialNumber,
      warmStart: this.#warm[trialNumber] ?? null,
      prior: this.#prior,
      sampler: spec.sampler,
    });
  }

  async #carry(asked: Asked, rung = 0): Promise<void> {
    const { trial, parameters, resumedFrom } = asked;
    const pauseAt = this.#ladder && rung;
    try {
      const known = resumedFrom === undefined ? this.#knownTrial(parameters) : null;
      const end =
        known ??
        (await this.#race.run<TrialEnd>(
          trial,
          () => trainTrial(this.#input, ruleOf(this.#input), { trial, parameters, pauseAt }),
          ({ value, step, folds }) => {
            return { parameters, value, result: null, stoppedAt: step, ...(folds ? { folds } : {}) };
          },
        ));
      if (end) this.#note(asked, end);
      else if (resumedFrom === undefined) this.#cutOff.push({ trial, parameters });
    } catch (error) {
      this.#broken ??= { error };
    } finally {
      this.#running.delete(trial);
      this.#resumed.delete(trial);
      setCurrentDetails(sweepDetails(this.#progress()));
    }
  }

  /** What the same parameters have come to before: all trials share one seed, so to train them again would tell nothing. */
  #knownTrial(parameters: Chosen): TrialEnd | null {
    const known = this.#tail.find(
      (each) => each.value !== null && each.stoppedAt === undefined && areSame(each.parameters, parameters),
    );
    if (!known || !patched('sweep-repeats')) return null;
    return { parameters, value: known.value, result: null, repeats: known.repeats ?? known.trial };
  }

  #note(asked: Asked, { result, rung, ...end }: TrialEnd): void {
    const record: TrialRecord = {
      ...asked,
      ...end,
      ...(result ? { seconds: Math.round(result.seconds * 10) / 10 } : {}),
    };
    this.#tail.push(record);
    this.#firstFailure ??= end.failure ?? null;
    this.#tally = tallied(this.#tally, record, directionOf(this.#input.metric), this.#budget());
    if (rung !== undefined) this.#rest({ ...record, parameters: end.parameters }, rung);
    if (this.#tally.best?.trial === record.trial && end.stoppedAt === undefined)
      this.#best = { best: result, bestParameters: end.parameters };
  }

  #rest(record: TrialRecord, rung: number): void {
    const { trial, parameters, knew, beside, stoppedAt: step = 0, value, folds } = record;
    this.#race.reached({ trial, step, value: value ?? Number.NaN, ...(folds ? { folds } : {}) });
    this.#ladder?.rest({ trial, parameters, knew, beside, step, rung });
  }

  #ladderOf(input: SweepInput, { waiting = [] }: SweepState): SweepLadder | null {
    const asha = promotesOf(ruleOf(input));
    const direction = directionOf(input.metric);
    return asha && new SweepLadder({ asha, direction, waiting, reports: () => this.#race.reports });
  }

  #budget(): Budget {
    return budgetOf(this.#input, this.#desk.planned);
  }

  #standing(): Standing {
    const spent = { elapsedMs: this.#elapsedMs(), usd: this.#usd };
    // When all have had their first turn, the best go on to their end.
    const climbs = this.#ladder !== null && (this.#running.size > 0 || this.#whoGoesOn() !== null);
    const budget = climbs ? { ...this.#budget(), trials: Number.POSITIVE_INFINITY } : this.#budget();
    return standing(budget, directionOf(this.#input.metric), this.#tally, spent);
  }

  #elapsedMs(): number {
    return Date.now() - this.#state.startedAtMs - this.#desk.pausedMs;
  }

  #whyClosed(): string | null {
    if (this.#desk.stopped) return this.#desk.stopped;
    const now = this.#standing();
    return now.kind === 'open' ? null : now.why;
  }

  #isHard(): boolean {
    return this.#desk.stopped !== null || this.#standing().kind === 'hard';
  }

  /** Wakes the sweep up when its time is over. */
  async #keepTime(): Promise<void> {
    const { timeMs } = this.#budget();
    while (timeMs !== undefined) {
      await condition(() => !this.#desk.paused);
      const left = timeMs - this.#elapsedMs();
      if (left <= 0) return;
      await sleep(left, { summary: 'the time of the sweep' });
    }
  }

  /** What its machines have cost so far is in the books of all machines. */
  async #watchMoney(): Promise<void> {
    const { run, stage } = this.#input.request;
    if (this.#budget().usd === undefined || this.#input.compute?.provider !== 'ec2') return;
    for (let wait = askForMoneyAfterMs; ; wait = Math.min(askForMoneyEveryMs, 2 * wait)) {
      await sleep(wait, { summary: 'asks what the machines have cost' });
      this.#usd = (await sweepHints.sweepSpending({ run, stage }).catch(() => null))?.usd ?? this.#usd;
    }
  }

  async #beginWarm(): Promise<void> {
    const { request, metric, sweep: spec, warmStart } = this.#input;
    if (spec.warmStart === false || this.#state.next > 0) return;
    const { model, run, stage } = request;
    const asked = { model, run, stage, metric, space: spec.space, champion: warmStart };
    const earlier = await sweepHints.earlierTrials(asked).catch(() => ({ parameters: [], prior: null }));
    // A release before this one knew of no priors.
    this.#prior = earlier.prior ?? null;
    this.#warm = [...(warmStart ? [warmStart] : []), ...earlier.parameters];
  }

  async #continueAsNew(): Promise<never> {
    await this.#desk.settle();
    const { trials: _, rungs: __, ...input } = this.#input;
    const { planned, parallel, paused, pausedMs } = this.#desk;
    return await continueAsNew<SweepWorkflow>({
      ...input,
      carried: {
        ...this.#state,
        ...this.#best,
        ...{ planned, parallel, paused, pausedMs },
        ...(await this.#stowed()),
        next: this.#next,
        tally: this.#tally,
        usd: this.#usd,
        warm: this.#warm,
        prior: this.#prior,
        rungs: this.#race.carried(),
        ...(this.#ladder ? { waiting: this.#ladder.carried() } : {}),
      },
    });
  }

  /** The trials as they travel on: once there are too many, those up to now go to the object store. */
  async #stowed(): Promise<Pick<SweepState, 'tail' | 'parts' | 'inParts'>> {
    const { parts, inParts } = this.#state;
    const tail = this.#tail;
    if (JSON.stringify(tail).length <= carriedBytesAtMost) return { tail, parts, inParts };
    const key = sweepPartKey(this.#input.request, workflowInfo().firstExecutionRunId, parts.length);
    await sweepRecords.keepTrials({ key, trials: tail });
    return { tail: [], parts: [...parts, key], inParts: inParts + tail.length };
  }

  async #finish(): Promise<SweepResult> {
    const ended = this.#whyClosed() ?? '';
    const { model, run, stage, seed } = this.#input.request;
    const { metric, sweep: spec } = this.#input;
    await this.#desk.settle();
    await sweepRecords.keepSweep({
      checkpoints: this.#input.request.checkpointEvery > 0,
      parts: this.#state.parts,
      prior: this.#prior,
      record: {
        ...{ run, model, stage, metric, seed, ended },
        direction: directionOf(metric),
        space: spec.space,
        sampler: spec.sampler ?? 'tpe',
        warmStart: this.#warm,
        trials: this.#tail,
        cutOff: this.#cutOff,
        best: this.#tally.best?.trial ?? null,
        winner: this.#best.best,
        startedAt: new Date(this.#state.startedAtMs).toISOString(),
        endedAt: new Date().toISOString(),
        ...(this.#state.earlierMs === undefined ? {} : { earlierMs: this.#state.earlierMs }),
        usd: this.#usd,
      },
    });
    const { finished, failed, endedEarly } = this.#tally;
    if (!this.#best.best)
      throw withoutValue(this.#input, { tally: this.#tally, firstFailure: this.#firstFailure, ended });
    const trials = settled(this.#tail)
      .slice(-trialsInResult)
      .map(({ trial, parameters, value, stoppedAt }) => {
        return { trial, parameters, value, ...(stoppedAt === undefined ? {} : { stoppedAt }) };
      });
    return { best: this.#best.best, trials, counts: { finished, failed, endedEarly }, ended };
  }

  #progress(): SweepProgress {
    return progressOf({
      input: this.#input,
      tail: this.#tail,
      running: this.#running,
      tally: this.#tally,
      bestParameters: this.#best.bestParameters,
      budget: this.#budget(),
      elapsedMs: this.#elapsedMs(),
      usd: this.#usd,
      closed: this.#whyClosed(),
      paused: this.#desk.paused,
      parallel: this.#desk.parallel,
      race: this.#race,
    });
  }
}
