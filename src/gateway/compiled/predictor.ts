import type { FeatureRow } from '../features.ts';
import type { RowPredictor, Scores } from '../predictor.ts';
import type { Column } from './columns.ts';
import { type CompiledModel, type Link, marginsOf } from './compile.ts';
import type { Slot } from './layout.ts';
import { addWeights } from './linear.ts';
import { walkTrees } from './walk.ts';

/** A compiled model that answers rows at once, without a runtime. Its scratch memory is its own: not to be shared between threads. */
export function createCompiledPredictor(model: CompiledModel): RowPredictor {
  const margins = new Float32Array(marginsOf(model));
  const width = model.link === 'logistic' ? 2 : margins.length;
  const values = new Float32Array(model.columns.length);
  const score = scorerOf(model, values, margins);
  return {
    width,
    score(rows: readonly FeatureRow[]): Scores {
      const answers = new Float32Array(rows.length * width);
      for (let row = 0; row < rows.length; row++) {
        readColumns(model.columns, rows[row] as FeatureRow, values);
        score();
        answer(model.link, margins, answers, row * width);
      }
      return { rows: rows.length, width, values: answers };
    },
  };
}

function scorerOf(model: CompiledModel, values: Float32Array, margins: Float32Array): () => void {
  if (model.kind === 'linear') return () => addWeights(model.tables, values, margins);
  const { tables } = model;
  const slots = new Float32Array(tables.slots.length);
  const fill = slotFiller(tables.slots, values, slots);
  return () => {
    fill();
    walkTrees(tables, slots, margins);
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

/** Copies columns to slots: plain ones with infinities for missing values, and of each "is it?" the one that is true. */
function slotFiller(slots: readonly Slot[], values: Float32Array, filled: Float32Array): () => void {
  const plain = slots.flatMap(({ column, equals, missing }, slot) =>
    equals === null ? [{ slot, column, up: missing === 'up' }] : [],
  );
  const slotOf = Int32Array.from(plain, ({ slot }) => slot);
  const columnOf = Int32Array.from(plain, ({ column }) => column);
  const standIn = Float32Array.from(plain, ({ up }) => (up ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY));
  const questions = questionsOf(slots);
  const hot: number[] = [];
  return () => {
    for (let at = 0; at < slotOf.length; at++) {
      const value = values[columnOf[at] as number] as number;
      filled[slotOf[at] as number] = Number.isNaN(value) ? (standIn[at] as number) : value;
    }
    for (let at = 0; at < hot.length; at++) filled[hot[at] as number] = 0;
    hot.length = 0;
    for (let at = 0; at < questions.length; at++) {
      const { column, byValue } = questions[at] as Question;
      const found = byValue.get(values[column] as number);
      if (found === undefined) continue;
      for (let place = 0; place < found.length; place++) {
        filled[found[place] as number] = 1;
        hot.push(found[place] as number);
      }
    }
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

function answer(link: Link, margins: Float32Array, answers: Float32Array, start: number): void {
  if (link === 'logistic') {
    const positive = Math.fround(1 / (1 + Math.exp(-(margins[0] as number))));
    answers[start] = 1 - positive;
    answers[start + 1] = positive;
  } else if (link === 'none') answers.set(margins, start);
  else softmax(margins, answers, start);
}

function softmax(margins: Float32Array, answers: Float32Array, start: number): void {
  const largest = margins.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let at = 0; at < margins.length; at++) sum += Math.exp((margins[at] as number) - largest);
  for (let at = 0; at < margins.length; at++) answers[start + at] = Math.exp((margins[at] as number) - largest) / sum;
}
