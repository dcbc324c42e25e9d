import { randomFor } from './random.ts';

const rounds = 4;

/**
 * Which of `size` things is the n-th in an order of chance: every one comes once before any comes again. No list is made, as there may
 * be a billion: a Feistel network over the next power of four, walked until it hits one (Black and Rogaway 2002).
 */
export function shuffledIndex(size: number, seed: number, n: number): number {
  if (size <= 1) return 0;
  const half = Math.max(1, Math.ceil(Math.log2(size) / 2));
  const random = randomFor(seed, -1);
  const keys = Array.from({ length: rounds }, () => Math.floor(random() * 2 ** 32));
  let index = n % size;
  do index = scrambled(index, half, keys);
  while (index >= size);
  return index;
}

function scrambled(index: number, half: number, keys: readonly number[]): number {
  const width = 2 ** half;
  let [left, right] = [Math.floor(index / width), index % width];
  for (const key of keys) [left, right] = [right, left ^ (mixed(right, key) % width)];
  return left * width + right;
}

function mixed(value: number, key: number): number {
  let state = Math.imul(value ^ key, 0x21f0aaad);
  state = Math.imul(state ^ (state >>> 15), 0x735a2d97);
  return (state ^ (state >>> 15)) >>> 0;
}
