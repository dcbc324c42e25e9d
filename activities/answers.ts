import { readText } from '../src/artifacts/read-text.ts';
import type { ColumnTable, Datasets, Window } from '../src/dataset/dataset.ts';
import { labelCodes } from '../src/evaluation/labels.ts';
import { decidesFrom } from '../src/evaluation/threshold.ts';
import type { Predictor, Scores } from '../src/gateway/predictor.ts';
import { profileDays } from '../src/performance/day-totals.ts';
import { scoreReference } from '../src/performance/reference.ts';
import type { DayTotals, PerformanceReference } from '../src/performance/totals.ts';
import type { Champion } from './champion.ts';
import { readHoldout } from './holdout.ts';
import { openServed, type ServedDependencies } from './open-versions.ts';
import { dayIndex, decidedBy, featuresOf } from './scoring.ts';

/** Rows with what the champion answers to them. */
export interface AnsweredRows {
  readonly table: ColumnTable;
  /** Null where the champion failed on them: that says nothing of its quality. */
  readonly scores: Scores | null;
  readonly labels: Float64Array;
  /** 1 where the source has a label, known to the champion or not. */
  readonly hasLabel: Uint8Array;
  readonly days: Int32Array;
}

interface Dependencies extends ServedDependencies {
  readonly datasets: Datasets;
}

const dayMs = 86_400_000;

/** What the champion answers, day by day. Totals of days whose labels have matured are kept in the object store. */
export class ChampionAnswers {
  readonly #deps: Dependencies;
  readonly #champion: Champion;
  readonly #predictor: Predictor;
  readonly #folder: string;

  private constructor(deps: Dependencies, champion: Champion, predictor: Predictor) {
    const { model, version, threshold } = champion.version;
    this.#deps = deps;
    this.#champion = champion;
    this.#predictor = predictor;
    // What was counted by another threshold is no measure of this one.
    const yesFrom = decidesFrom(threshold);
    const decided = yesFrom === undefined ? '' : `-from-${yesFrom}`;
    this.#folder = `models/${model}/profiles/answers-v${version}${decided}`;
  }

  static async open(deps: Dependencies, champion: Champion): Promise<ChampionAnswers> {
    const { predictor } = await openServed(deps, champion.version);
    return new ChampionAnswers(deps, champion, predictor);
  }

  async close(): Promise<void> {
    await this.#predictor.close();
  }

  /** What it was on its own hold-out; null where it failed there. */
  async reference(): Promise<{
    readonly reference: PerformanceReference;
    readonly rows: () => Promise<AnsweredRows>;
  } | null> {
    const rows = async () =>
      await this.#answer(await readHoldout(this.#deps, this.#champion.snapshot, this.#champion.plan.file.data.id));
    const reference = await this.#kept(`${this.#folder}/reference.json`, true, async () => {
      const { task } = this.#champion.plan.file;
      const answered = await rows();
      return scoreReference(task, this.#champion.version.signature.classes.length, {
        ...answered,
        columns: this.sliceColumns(answered.table),
      });
    });
    return reference && { reference, rows };
  }

  async rows(window: Window, asOf: string): Promise<AnsweredRows> {
    const { file, base } = this.#champion.plan;
    const { table } = await this.#deps.datasets.readWindow({ file, base, window, asOf });
    return await this.#answer(table);
  }

  /** Totals of one day. @param of digest: of the day's files, other files have other totals; matured: every label is due */
  async day(
    reference: PerformanceReference,
    {
      day,
      digest,
      asOf,
      matured,
    }: { readonly day: string; readonly digest: string; readonly asOf: string; readonly matured: boolean },
  ): Promise<DayTotals | null> {
    const from = Date.parse(day);
    const window = { from: new Date(from).toISOString(), to: new Date(from + dayMs).toISOString() };
    return await this.#kept(`${this.#folder}/days/${day}-${digest}.json`, matured, async () => {
      const [totals] = this.totals(reference, await this.rows(window, asOf));
      return totals ?? null;
    });
  }

  totals(reference: PerformanceReference, answered: AnsweredRows): DayTotals[] {
    return profileDays(reference, { ...answered, columns: this.sliceColumns(answered.table) });
  }

  /** Columns by whose values the plan wants the champion to be judged apart. */
  sliceColumns({ columns }: ColumnTable): Readonly<Record<string, readonly (string | number | null)[]>> {
    const { file } = this.#champion.plan;
    const wanted = Object.values(file.plan).flatMap((stage) => (stage.kind === 'evaluate' ? stage.slices : []));
    return Object.fromEntries([...new Set(wanted)].flatMap((name) => (columns[name] ? [[name, columns[name]]] : [])));
  }

  async #answer(table: ColumnTable): Promise<AnsweredRows> {
    const { version } = this.#champion;
    const { signature } = version;
    const { label, time } = this.#champion.plan.file.data;
    const values = table.columns[label.column] ?? [];
    const batch = featuresOf(table, signature);
    const answered = table.rows > 0 ? await this.#predictor.predict(batch).catch(() => null) : null;
    return {
      table,
      scores: answered && decidedBy(version, answered),
      labels: labelCodes(values, signature.classes),
      hasLabel: Uint8Array.from(values, (value) => (value === null ? 0 : 1)),
      days: dayIndex(table.columns[time] ?? []),
    };
  }

  async #kept<T>(key: string, keep: boolean, make: () => Promise<T | null>): Promise<T | null> {
    const { store } = this.#deps;
    const kept = keep ? await readText(store, key) : null;
    if (kept !== null) return JSON.parse(kept) as T;
    const made = await make();
    if (keep && made !== null) await store.put(key, Buffer.from(JSON.stringify(made)));
    return made;
  }
}
