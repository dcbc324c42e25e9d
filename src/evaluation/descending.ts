/** Row numbers from the highest value to the lowest; equal values keep their order. Values must not be NaN. Takes the time of a few passes over the rows. */
export function descendingOrder(values: Float64Array): Int32Array {
  const rows = new Int32Array(values.length);
  for (let row = 0; row < rows.length; row += 1) rows[row] = row;
  if (values.length < fewRows) return rows.sort((a, b) => (values[b] as number) - (values[a] as number));
  const { low, high } = sortableBits(values);
  let [from, to] = [rows, new Int32Array(rows.length)];
  for (const { words, shift } of digits(low, high)) {
    if (!scatter(from, to, words, shift)) continue;
    [from, to] = [to, from];
  }
  return from;
}

/** Below this a comparing sort is the faster one. */
const fewRows = 4_000;
const digitBits = 11;
const buckets = 2 ** digitBits;

/** The 64 bits of each value as two words whose unsigned order is the descending order of the values. */
function sortableBits(values: Float64Array): { readonly low: Uint32Array; readonly high: Uint32Array } {
  const copy = new Float64Array(values.length);
  // Adding 0 turns -0 into 0, which it ties with.
  for (let row = 0; row < copy.length; row += 1) copy[row] = (values[row] as number) + 0;
  const bits = new Uint32Array(copy.buffer);
  const [low, high] = [new Uint32Array(values.length), new Uint32Array(values.length)];
  for (let row = 0; row < values.length; row += 1) {
    const top = bits[2 * row + 1] as number;
    const negative = top >>> 31 === 1;
    // Ascending order flips the sign bit of positive numbers and all bits of negative ones; descending order flips all of that once more.
    low[row] = negative ? (bits[2 * row] as number) : ~(bits[2 * row] as number);
    high[row] = negative ? top : ~top & 0x7fffffff;
  }
  return { low, high };
}

function digits(
  low: Uint32Array,
  high: Uint32Array,
): readonly { readonly words: Uint32Array; readonly shift: number }[] {
  return [low, high].flatMap((words) => [0, digitBits, 2 * digitBits].map((shift) => ({ words, shift })));
}

/** One stable pass of a radix sort; false when all rows share the digit and nothing needs to move. */
function scatter(from: Int32Array, to: Int32Array, words: Uint32Array, shift: number): boolean {
  const starts = new Int32Array(buckets + 1);
  for (let at = 0; at < from.length; at += 1) {
    const digit = ((words[at] as number) >>> shift) & (buckets - 1);
    starts[digit + 1] = (starts[digit + 1] as number) + 1;
  }
  if (starts.includes(from.length)) return false;
  for (let digit = 0; digit < buckets; digit += 1)
    starts[digit + 1] = (starts[digit + 1] as number) + (starts[digit] as number);
  for (const row of from) {
    const digit = ((words[row] as number) >>> shift) & (buckets - 1);
    const place = starts[digit] as number;
    to[place] = row;
    starts[digit] = place + 1;
  }
  return true;
}
