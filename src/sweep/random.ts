/** A stream of numbers in [0, 1). */
export type Random = () => number;

/**
 * A generator for one trial. Each trial has its own stream, from the sweep's seed and the trial's number, so that the order in which
 * trials finish changes nothing but what is learned from them. splitmix32 (public domain) over an FNV-1a hash of both.
 */
export function randomFor(seed: number, trialNumber: number): Random {
  let state = hash(`${seed}:${trialNumber}`);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000;
  };
}

/** A standard normal number (Box and Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value | 0;
}
