import type { FeatureRow } from '../features.ts';
import type { RowPredictor, Scores } from '../predictor.ts';
import type { Column } from './columns.ts';
import { type CompiledModel, type Link, marginsOf } from './compile.ts';
import type { Slot, TreeTables } from './layout.ts';
import { addWeights } from './linear.ts';
import { walkRows, walkTrees } from './walk.ts';

/** A compiled model that answers rows at once, without a runtime. Its scratch memory is its own: not to be shared between threads. */
export function createCompiledPredictor(model: CompiledModel): RowPredictor {
  const targets = marginsOf(model);
  const width = model.link === 'logistic' ? 2 : targets;
  const scorer = scorerOf(model);
  return {
    width,
    score(rows: readonly FeatureRow[]): Scores {
      const answers = new Float32Array(rows.length * width);
      for (let start = 0; start < rows.length; start += blockRows) {
        const count = Math.min(blockRows, rows.length - start);
        const margins = scorer(rows, start, count);
        for (let row = 0; row < count; row++)
          answer(model.link, { margins, from: row * targets, targets }, answers, (start + row) * width);
      }
      return { rows: rows.length, width, values: answers };
    },
  };
}

/** Rows that walk together: what they look at must fit beside the trees. */
const blockRows = 64;
/** Margins of `count` rows from `start` on, one after the other; the memory is used again by the next call. */
type Scorer = (rows: readonly FeatureRow[], start: number, count: number) => Float32Array;

function scorerOf(model: CompiledModel): Scorer {
  const values = new Float32Array(model.columns.length);
  const targets = marginsOf(model);
  const all = new Float32Array(blockRows * targets);
  const one = new Float32Array(targets);
  const score = model.kind === 'trees' ? treeScorer(model.tables, values) : null;
  return (rows, start, count) => {
    score?.clear();
    for (let row = 0; row < count; row++) {
      readColumns(model.columns, rows[start + row] as FeatureRow, values);
      if (score !== null) score.fill(row);
      if (score !== null && targets === 1) continue;
      if (model.kind === 'linear') addWeights(model.tables, values, one);
      else score?.one(row, one);
      all.set(one, row * targets);
    }
    if (score !== null && targets === 1) score.all(count, all);
    return all;
  };
}

interface TreeScorer {
  clear(): void;
  fill(row: number): void;
  one(row: number, margins: Float32Array): void;
  all(rows: number, margins: Float32Array): void;
}

function treeScorer(tables: TreeTables, values: Float32Array): TreeScorer {
  const width = tables.slots.length;
  const slots = new Float32Array(blockRows * width);
  const places = Array.from({ length: blockRows }, (_, row) => slots.subarray(row * width, (row + 1) * width));
  const { clear, fill } = slotFiller(tables.slots, values, slots);
  return {
    clear,
    fill,
    one: (row, margins) => walkTrees(tables, places[row] as Float32Array, margins),
    all(rows, margins) {
      if (rows > 1) walkRows(tables, slots, rows, margins);
      else walkTrees(tables, places[0] as Float32Array, margins);
    },
  };
}

function readColumns(columns: readonly Column[], row: FeatureRow, values: Float32Array): void {
  for (let at = 0; at < columns.length; at++) {
    const column = columns[at] as Column;
    const value = row[column.feature];
    if (column.codes !== null) {
      values[at] = column.codes.get((value ?? '') as string) ?? column.otherwise;
      continue;
    }
    const number = typeof value === 'number' ? value : column.filling;
    // The runtime computes in float32, and fills what became NaN on the way as well.
    values[at] =
      column.scale === 1 && column.offset === 0
        ? number
        : Math.fround(Math.fround(number) - column.offset) * column.scale;
  }
}

/** Copies columns to the slots of a row: plain ones with infinities for missing values, and of each "is it?" the one that is true. */
function slotFiller(
  slots: readonly Slot[],
  values: Float32Array,
  filled: Float32Array,
): Pick<TreeScorer, 'clear' | 'fill'> {
  const plain = slots.flatMap(({ column, equals, missing }, slot) =>
    equals === null ? [{ slot, column, up: missing === 'up' }] : [],
  );
  const slotOf = Int32Array.from(plain, ({ slot }) => slot);
  const columnOf = Int32Array.from(plain, ({ column }) => column);
  const standIn = Float32Array.from(plain, ({ up }) => (up ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY));
  const questions = questionsOf(slots);
  const hot: number[] = [];
  return {
    clear() {
      for (let at = 0; at < hot.length; at++) filled[hot[at] as number] = 0;
      hot.length = 0;
    },
    fill(row) {
      const start = row * slots.length;
      for (let at = 0; at < slotOf.length; at++) {
        const value = values[columnOf[at] as number] as number;
        filled[start + (slotOf[at] as number)] = Number.isNaN(value) ? (standIn[at] as number) : value;
      }
      for (let at = 0; at < questions.length; at++) {
        const { column, byValue } = questions[at] as Question;
        const found = byValue.get(values[column] as number);
        if (found === undefined) continue;
        for (let place = 0; place < found.length; place++) {
          filled[start + (found[place] as number)] = 1;
          hot.push(start + (found[place] as number));
        }
      }
    },
  };
}

/** Of a column that is asked "is it?": the slots that are true for a value; NaN is a missing one. */
interface Question {
  readonly column: number;
  readonly byValue: ReadonlyMap<number, readonly number[]>;
}

function questionsOf(slots: readonly Slot[]): readonly Question[] {
  const columns = new Map<number, Map<number, number[]>>();
  for (const [slot, { column, equals, missing }] of slots.entries()) {
    if (equals === null) continue;
    const byValue = columns.get(column) ?? new Map<number, number[]>();
    columns.set(column, byValue);
    const values = missing === 'up' ? [Math.fround(equals), Number.NaN] : [Math.fround(equals)];
    for (const value of values) byValue.set(value, [...(byValue.get(value) ?? []), slot]);
  }
  return [...columns].map(([column, byValue]) => ({ column, byValue }));
}

interface RowMargins {
  readonly margins: Float32Array;
  readonly from: number;
  readonly targets: number;
}

function answer(link: Link, row: RowMargins, answers: Float32Array, start: number): void {
  const { margins, from, targets } = row;
  if (link === 'logistic') {
    const positive = Math.fround(1 / (1 + Math.exp(-(margins[from] as number))));
    answers[start] = 1 - positive;
    answers[start + 1] = positive;
  } else if (link === 'softmax') softmax(row, answers, start);
  else for (let at = 0; at < targets; at++) answers[start + at] = margins[from + at] as number;
}

function softmax({ margins, from, targets }: RowMargins, answers: Float32Array, start: number): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let at = from; at < from + targets; at++) largest = Math.max(largest, margins[at] as number);
  let sum = 0;
  for (let at = from; at < from + targets; at++) sum += Math.exp((margins[at] as number) - largest);
  for (let at = 0; at < targets; at++) answers[start + at] = Math.exp((margins[from + at] as number) - largest) / sum;
}
