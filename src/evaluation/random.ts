/** Draws a number in [0, 1). Pure code gets its randomness only through one of these, so that a decision can be repeated. */
export type Random = () => number;

/**
 * A seeded generator: sfc32 (Chris Doty-Humphrey's "small fast counting" generator, 32 bits of output, period at least 2^32).
 * The same seed gives the same numbers on every machine.
 */
export function seededRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = seed | 0;
  let c = Math.floor(seed / 2 ** 32) | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first outputs of near-by seeds resemble one another.
  for (let round = 0; round < 16; round += 1) next();
  return next;
}
