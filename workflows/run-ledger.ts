import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { CompiledPlan } from '../src/plan/plan.ts';
import type { CacheNote } from '../src/stage-cache/reason.ts';
import type { StageProgress, StageState } from './messages.ts';
import { PacedDisplay } from './paced-display.ts';
import { searchAttributes } from './search-attributes.ts';

/** What a run has done so far, stage by stage: answers the progress query and writes the story into Temporal UI. */
export class RunLedger {
  readonly #stages = new Map<string, StageProgress>();
  readonly #retries = new Set<string>();
  readonly #held = new Set<string>();
  readonly #display = new PacedDisplay(() => this.#show());
  #shownStage = '';

  open(plan: CompiledPlan): void {
    for (const { name, spec } of plan.stages)
      this.#stages.set(name, {
        name,
        kind: spec.kind,
        state: 'waiting',
        startedAt: null,
        endedAt: null,
        attempt: 0,
        detail: '',
        result: null,
      });
  }

  get stages(): StageProgress[] {
    return [...this.#stages.values()];
  }

  start(name: string): void {
    const { attempt } = this.#of(name);
    this.#change(name, { state: 'running', startedAt: now(), endedAt: null, attempt: attempt + 1, detail: '' });
  }

  attemptOf(name: string): number {
    return this.#of(name).attempt;
  }

  note(name: string, detail: string): void {
    this.#change(name, { detail });
  }

  /** Whether the stage was taken from the cache, and why. */
  tellCache(name: string, cache: CacheNote): void {
    this.#change(name, { cache });
  }

  end(name: string, state: Exclude<StageState, 'waiting' | 'running'>, detail: string, result: unknown = null): void {
    this.#change(name, { state, endedAt: now(), detail, result });
  }

  /** A stage broke and is held for a retry; one that concluded the run (gates, a rejection) is not. */
  get waitsForRetry(): boolean {
    return this.#held.size > 0;
  }

  hold(name: string, held: boolean): void {
    if (held) this.#held.add(name);
    else this.#held.delete(name);
  }

  /** Why a retry of this stage makes no sense now, or null. */
  refuseRetry(name: string): string | null {
    const stage = this.#stages.get(name);
    if (!stage) return `no stage "${name}" in this run; stages: ${[...this.#stages.keys()].join(', ')}`;
    return this.#held.has(name) ? null : `stage "${name}" is ${stage.state} and not held for a retry`;
  }

  askRetry(name: string): void {
    this.#retries.add(name);
  }

  takeRetry(name: string): boolean {
    return this.#retries.delete(name);
  }

  retryAsked(name: string): boolean {
    return this.#retries.has(name);
  }

  /** The last word: nothing changes any more. */
  close(): void {
    this.#display.showNow();
  }

  #of(name: string): StageProgress {
    const stage = this.#stages.get(name);
    if (!stage) throw new Error(`unknown stage ${name}`);
    return stage;
  }

  #change(name: string, change: Partial<StageProgress>): void {
    this.#stages.set(name, { ...this.#of(name), ...change });
    this.#display.changed();
  }

  #show(): void {
    const running = this.stages.filter(({ state }) => state === 'running').map(({ name }) => name);
    const stage = shortList(running);
    if (stage !== this.#shownStage) upsertSearchAttributes([{ key: searchAttributes.stage, value: stage }]);
    this.#shownStage = stage;
    setCurrentDetails(this.#markdown());
  }

  #markdown(): string {
    const rows = this.stages.map(
      ({ name, kind, state, detail, cache }) =>
        `| ${glyph[state]} ${state} | **${name}** (${kind}) | ${detail} | ${cacheWords(cache)} |`,
    );
    return [
      '| | stage | | cache |',
      '|---|---|---|---|',
      ...rows,
      ...this.stages.flatMap(({ result }) => links(result)),
    ].join('\n');
  }
}

/** The evaluate stage's result names a page per candidate. */
function links(result: unknown): string[] {
  if (typeof result !== 'object' || result === null || !('reports' in result)) return [];
  const reports = result.reports as readonly { readonly version: number; readonly url: string }[];
  return ['', `Reports: ${reports.map(({ version, url }) => `[v${version}](${url})`).join(' · ')}`];
}

function cacheWords(cache: CacheNote | undefined): string {
  if (!cache) return '';
  return cache.taken ? `taken: ${cache.why}` : `not taken: ${cache.why}`;
}

const glyph: Readonly<Record<StageState, string>> = {
  waiting: '○',
  running: '●',
  passed: '✔',
  failed: '✘',
  skipped: '–',
};

/** Keywords are short: a wide fan-out is named by its first stages. */
function shortList(names: readonly string[]): string {
  return names.length <= 3 ? names.join(' ') : `${names.slice(0, 3).join(' ')} +${names.length - 3}`;
}

const now = () => new Date().toISOString();
