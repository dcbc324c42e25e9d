import type { slotBits, slotMask, TreeTables } from './layout.ts';

// Each walk has its own two constants: the compiler does not see through ones of a module. Their types hold them to the layout.

/**
 * Adds up all trees for one row, in float32 and in the order of the file, as onnxruntime does.
 * @param slots what the tables' slots ask for
 * @param margins one number per target, written
 */
export function walkTrees(tables: TreeTables, slots: Float32Array, margins: Float32Array): void {
  if (tables.targets === 1) margins[0] = Math.fround(walkSingle(tables, slots) + (tables.base[0] as number));
  else walkMany(tables, slots, margins);
}

/**
 * The same for many rows of a model with one target, tree by tree: a tree of a hundred nodes stays in the nearest cache while all rows
 * walk it, four at a time.
 * @param slots of row r from `r * tables.slots.length` on
 * @param margins one number per row, written
 */
export function walkRows(tables: TreeTables, slots: Float32Array, rows: number, margins: Float32Array): void {
  const { roots, depths, base } = tables;
  margins.fill(0, 0, rows);
  for (let tree = 0; tree < roots.length; tree++)
    addTree(tables, roots[tree] as number, depths[tree] as number, { slots, rows, margins });
  for (let row = 0; row < rows; row++) margins[row] = (margins[row] as number) + (base[0] as number);
}

interface Rows {
  readonly slots: Float32Array;
  readonly rows: number;
  readonly margins: Float32Array;
}

function addTree(tables: TreeTables, root: number, depth: number, { slots, rows, margins }: Rows): void {
  const { words, thresholds, weight } = tables;
  const width = tables.slots.length;
  const shift: typeof slotBits = 12;
  const mask: typeof slotMask = 0xfff;
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    const first = row * width;
    const second = first + width;
    const third = second + width;
    const fourth = third + width;
    let a = root;
    let b = root;
    let c = root;
    let d = root;
    for (let steps = depth; steps > 0; steps--) {
      let word = words[2 * a] as number;
      a =
        ((word >>> shift) + Number((slots[first + (word & mask)] as number) >= (thresholds[2 * a + 1] as number))) | 0;
      word = words[2 * b] as number;
      b =
        ((word >>> shift) + Number((slots[second + (word & mask)] as number) >= (thresholds[2 * b + 1] as number))) | 0;
      word = words[2 * c] as number;
      c =
        ((word >>> shift) + Number((slots[third + (word & mask)] as number) >= (thresholds[2 * c + 1] as number))) | 0;
      word = words[2 * d] as number;
      d =
        ((word >>> shift) + Number((slots[fourth + (word & mask)] as number) >= (thresholds[2 * d + 1] as number))) | 0;
    }
    margins[row] = (margins[row] as number) + (weight[a] as number);
    margins[row + 1] = (margins[row + 1] as number) + (weight[b] as number);
    margins[row + 2] = (margins[row + 2] as number) + (weight[c] as number);
    margins[row + 3] = (margins[row + 3] as number) + (weight[d] as number);
  }
  for (; row < rows; row++) {
    const start = row * width;
    let node = root;
    for (let steps = depth; steps > 0; steps--) {
      const word = words[2 * node] as number;
      node =
        ((word >>> shift) + Number((slots[start + (word & mask)] as number) >= (thresholds[2 * node + 1] as number))) |
        0;
    }
    margins[row] = (margins[row] as number) + (weight[node] as number);
  }
}

/** Four trees at once: while one waits for memory, the others step. */
function walkSingle(tables: TreeTables, slots: Float32Array): number {
  const { words, thresholds, weight, roots, depths } = tables;
  const shift: typeof slotBits = 12;
  const mask: typeof slotMask = 0xfff;
  let sum = 0;
  let tree = 0;
  for (; tree + 4 <= roots.length; tree += 4) {
    let a = roots[tree] as number;
    let b = roots[tree + 1] as number;
    let c = roots[tree + 2] as number;
    let d = roots[tree + 3] as number;
    let steps = Math.max(
      Math.max(depths[tree] as number, depths[tree + 1] as number),
      Math.max(depths[tree + 2] as number, depths[tree + 3] as number),
    );
    for (; steps > 0; steps--) {
      let word = words[2 * a] as number;
      a = ((word >>> shift) + Number((slots[word & mask] as number) >= (thresholds[2 * a + 1] as number))) | 0;
      word = words[2 * b] as number;
      b = ((word >>> shift) + Number((slots[word & mask] as number) >= (thresholds[2 * b + 1] as number))) | 0;
      word = words[2 * c] as number;
      c = ((word >>> shift) + Number((slots[word & mask] as number) >= (thresholds[2 * c + 1] as number))) | 0;
      word = words[2 * d] as number;
      d = ((word >>> shift) + Number((slots[word & mask] as number) >= (thresholds[2 * d + 1] as number))) | 0;
    }
    sum = Math.fround(sum + (weight[a] as number));
    sum = Math.fround(sum + (weight[b] as number));
    sum = Math.fround(sum + (weight[c] as number));
    sum = Math.fround(sum + (weight[d] as number));
  }
  for (; tree < roots.length; tree++) sum = Math.fround(sum + (weight[leafOf(tables, slots, tree)] as number));
  return sum;
}

function walkMany(tables: TreeTables, slots: Float32Array, margins: Float32Array): void {
  const { weight, target, roots, base } = tables;
  margins.fill(0);
  for (let tree = 0; tree < roots.length; tree++) {
    const leaf = leafOf(tables, slots, tree);
    const at = target[leaf] as number;
    margins[at] = (margins[at] as number) + (weight[leaf] as number);
  }
  for (let at = 0; at < margins.length; at++) margins[at] = (margins[at] as number) + (base[at] as number);
}

function leafOf(tables: TreeTables, slots: Float32Array, tree: number): number {
  const { words, thresholds, roots, depths } = tables;
  const shift: typeof slotBits = 12;
  const mask: typeof slotMask = 0xfff;
  let node = roots[tree] as number;
  for (let steps = depths[tree] as number; steps > 0; steps--) {
    const word = words[2 * node] as number;
    node = ((word >>> shift) + Number((slots[word & mask] as number) >= (thresholds[2 * node + 1] as number))) | 0;
  }
  return node;
}
