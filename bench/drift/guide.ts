/** Turns uniform numbers into cells of given probabilities, in order: a few nanoseconds a draw. */
export interface Guide {
  readonly cells: number;
  readonly until: Float64Array;
  readonly start: Uint16Array;
}

const slots = 1_024;

export function guideTo(probabilities: Float64Array): Guide {
  const until = new Float64Array(probabilities.length);
  let sum = 0;
  for (const [cell, probability] of probabilities.entries()) {
    sum += probability;
    until[cell] = sum;
  }
  until[until.length - 1] = 2;
  const start = new Uint16Array(slots);
  for (let slot = 0, cell = 0; slot < slots; slot += 1) {
    while ((until[cell] as number) <= slot / slots) cell += 1;
    start[slot] = cell;
  }
  return { cells: probabilities.length, until, start };
}

export function indexOf({ until, start }: Guide, uniform: number): number {
  let cell = start[(uniform * slots) | 0] as number;
  while (uniform >= (until[cell] as number)) cell += 1;
  return cell;
}
