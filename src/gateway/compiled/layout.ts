import type { Ensemble, TreeNode } from './ensemble.ts';
import { NotCompiled } from './graph.ts';

/**
 * Trees as typed arrays, 8 bytes a node: `words[2 * node]` holds the first child above the `slotBits` bits of the slot that is looked at,
 * `thresholds[2 * node + 1]` (the same memory) the threshold. A step is `node = child + (slots[slot] >= threshold)`: no branch that a
 * processor could guess wrong. Both children lie side by side; a leaf is its own child and its threshold NaN, so that trees of unlike
 * depth can be walked together.
 */
export interface TreeTables {
  readonly words: Int32Array;
  readonly thresholds: Float32Array;
  readonly weight: Float32Array;
  /** Target of each leaf. */
  readonly target: Uint16Array;
  readonly roots: Int32Array;
  /** Steps from each root to its deepest leaf. */
  readonly depths: Int32Array;
  readonly base: Float32Array;
  readonly targets: number;
  /** What the slots hold. */
  readonly slots: readonly Slot[];
}

/** A number that the trees look at: a column, with what stands for a missing value; or whether the column is exactly `equals`. */
export interface Slot {
  readonly column: number;
  readonly equals: number | null;
  /** Side of a missing value: `up` answers every "at least?" with yes. */
  readonly missing: 'up' | 'down';
}

/**
 * The same for all models, so that a walk's shift and mask are constants: it is a tenth faster than with ones that are read. Leaves 2^20
 * nodes with 4,095 slots.
 */
export const slotBits = 12;
export const slotMask = 0xfff;

/** One row must not take longer than a few milliseconds of the event loop. */
const mostSteps = 400_000;

/** @throws NotCompiled for an ensemble that is too large to be walked between two requests, or to be packed */
export function layOut(ensemble: Ensemble): TreeTables {
  const count = ensemble.trees.reduce((sum, tree) => sum + tree.nodes.length, 0);
  const placed: Placed = {
    slot: new Uint32Array(count),
    threshold: new Float32Array(count),
    child: new Uint32Array(count),
    weight: new Float32Array(count),
    target: new Uint16Array(count),
  };
  const slots = new SlotBook();
  const roots: number[] = [];
  const depths: number[] = [];
  let next = 0;
  for (const tree of ensemble.trees) {
    roots.push(next);
    depths.push(placeTree(tree.nodes, next, placed, slots));
    next += tree.nodes.length;
  }
  const steps = depths.reduce((sum, depth) => sum + depth, 0);
  if (steps > mostSteps) throw new NotCompiled(`${steps} steps for a row`);
  const base = Float32Array.from({ length: ensemble.targets }, (_, target) => ensemble.base[target] ?? 0);
  const { weight, target } = placed;
  const walked = { roots: Int32Array.from(roots), depths: Int32Array.from(depths) };
  return {
    ...pack(placed, slots.all.length),
    weight,
    target,
    ...walked,
    base,
    targets: ensemble.targets,
    slots: slots.all,
  };
}

interface Placed {
  readonly slot: Uint32Array;
  readonly threshold: Float32Array;
  readonly child: Uint32Array;
  readonly weight: Float32Array;
  readonly target: Uint16Array;
}

function pack({ slot, threshold, child }: Placed, slots: number): Pick<TreeTables, 'words' | 'thresholds'> {
  if (child.length >= 2 ** (32 - slotBits) || slots >= 2 ** slotBits)
    throw new NotCompiled(`${child.length} nodes with ${slots} questions`);
  const memory = new ArrayBuffer(8 * child.length);
  const words = new Int32Array(memory);
  const thresholds = new Float32Array(memory);
  for (let node = 0; node < child.length; node++) {
    words[2 * node] = ((child[node] ?? 0) << slotBits) | (slot[node] ?? 0);
    thresholds[2 * node + 1] = threshold[node] ?? 0;
  }
  return { words, thresholds };
}

/** Level by level, children in pairs. Answers the tree's depth. */
function placeTree(nodes: readonly TreeNode[], start: number, placed: Placed, slots: SlotBook): number {
  let next = start + 1;
  let depth = 0;
  const waiting = [{ from: 0, to: start, level: 0 }];
  for (const { from, to, level } of waiting) {
    const node = nodes[from];
    depth = Math.max(depth, level);
    if (node === undefined || node.kind === 'leaf') {
      placed.child[to] = to;
      placed.threshold[to] = Number.NaN;
      placed.weight[to] = node?.weight ?? 0;
      placed.target[to] = node?.target ?? 0;
      continue;
    }
    const { slot, threshold, first, second } = step(node, slots);
    placed.slot[to] = slot;
    placed.threshold[to] = threshold;
    placed.child[to] = next;
    waiting.push({ from: first, to: next, level: level + 1 }, { from: second, to: next + 1, level: level + 1 });
    next += 2;
  }
  return depth;
}

/** `second` is where "at least the threshold" leads. */
function step(node: Extract<TreeNode, { readonly kind: 'split' }>, slots: SlotBook) {
  const { column, question, value, yes, no, missing } = node;
  if (question === 'equal') {
    const slot = slots.placeOf({ column, equals: value, missing: missing === 'yes' ? 'up' : 'down' });
    return { slot, threshold: 0.5, first: no, second: yes };
  }
  const slot = slots.placeOf({ column, equals: null, missing: missing === 'no' ? 'up' : 'down' });
  // Minus infinity stands for a missing value only: no number is below it.
  const threshold = value === Number.NEGATIVE_INFINITY ? -largestFloat32 : value;
  return { slot, threshold, first: yes, second: no };
}

const largestFloat32 = 3.4028234663852886e38;

class SlotBook {
  readonly all: Slot[] = [];
  readonly #places = new Map<string, number>();

  placeOf(slot: Slot): number {
    const key = `${slot.column}/${slot.equals}/${slot.missing}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.all.length);
    this.all.push(slot);
    return this.all.length - 1;
  }
}
