import { listOf, numberOf } from './columns.ts';
import { type GraphNode, NotCompiled } from './graph.ts';

/** One node of a tree: a leaf, or a question about one column. */
export type TreeNode =
  | { readonly kind: 'leaf'; readonly target: number; readonly weight: number }
  | {
      readonly kind: 'split';
      readonly column: number;
      /** `below`: is the number less than `value`? `equal`: is it `value`? */
      readonly question: 'below' | 'equal';
      readonly value: number;
      readonly yes: number;
      readonly no: number;
      /** The branch of a missing number. */
      readonly missing: 'yes' | 'no';
    };

/** Trees whose first node is their root. `yes` and `no` are places in `nodes`. */
export interface Ensemble {
  readonly trees: readonly { readonly nodes: readonly TreeNode[] }[];
  readonly base: readonly number[];
  readonly targets: number;
}

/**
 * Reads TreeEnsembleRegressor and TreeEnsembleClassifier: https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleRegressor.html
 * @throws NotCompiled for other sums than SUM, leaves with several weights, and trees that are none
 */
export function readEnsemble(node: GraphNode): Ensemble {
  const regressor = node.operator === 'TreeEnsembleRegressor';
  const aggregate = node.attributes.get('aggregate_function')?.text ?? 'SUM';
  if (aggregate !== 'SUM') throw new NotCompiled(`trees whose answers are not added up but ${aggregate}`);
  const prefix = regressor ? 'target' : 'class';
  const ids = listOf(node, `${prefix}_ids`);
  const targets = regressor ? (numberOf(node, 'n_targets') ?? 1) : new Set(ids).size;
  const base = listOf(node, 'base_values');
  if (base.length > 0 && base.length !== targets)
    throw new NotCompiled(`${base.length} base values for ${targets} targets`);
  return { trees: treesOf(node, leavesOf(node, prefix, targets)), base, targets };
}

type Leaves = ReadonlyMap<string, { readonly target: number; readonly weight: number }>;

function leavesOf(node: GraphNode, prefix: string, targets: number): Leaves {
  const [trees, nodes] = [listOf(node, `${prefix}_treeids`), listOf(node, `${prefix}_nodeids`)];
  const [ids, weights] = [listOf(node, `${prefix}_ids`), listOf(node, `${prefix}_weights`)];
  const leaves = new Map<string, { target: number; weight: number }>();
  for (const [index, tree] of trees.entries()) {
    const key = `${tree}/${nodes[index]}`;
    if (leaves.has(key)) throw new NotCompiled('leaves with several weights');
    leaves.set(key, { target: targets === 1 ? 0 : (ids[index] ?? 0), weight: weights[index] ?? 0 });
  }
  return leaves;
}

function treesOf(node: GraphNode, leaves: Leaves): Ensemble['trees'] {
  const treeIds = listOf(node, 'nodes_treeids');
  const nodeIds = listOf(node, 'nodes_nodeids');
  const rowsByTree = new Map<number, number[]>();
  for (const [row, tree] of treeIds.entries()) {
    const rows = rowsByTree.get(tree);
    if (rows === undefined) rowsByTree.set(tree, [row]);
    else rows.push(row);
  }
  return [...rowsByTree].map(([tree, rows]) => {
    const places = new Map(rows.map((row, place) => [nodeIds[row] ?? 0, place]));
    const nodes = readNodes(node, rows, places, (id) => leaves.get(`${tree}/${id}`));
    requireTree(nodes);
    return { nodes };
  });
}

function readNodes(
  node: GraphNode,
  rows: readonly number[],
  places: ReadonlyMap<number, number>,
  leafOf: (id: number) => { readonly target: number; readonly weight: number } | undefined,
): TreeNode[] {
  const modes = node.attributes.get('nodes_modes')?.texts ?? [];
  const [ids, columns, values] = ['nodes_nodeids', 'nodes_featureids', 'nodes_values'].map((name) =>
    listOf(node, name),
  );
  const [trueIds, falseIds] = [listOf(node, 'nodes_truenodeids'), listOf(node, 'nodes_falsenodeids')];
  const missing = listOf(node, 'nodes_missing_value_tracks_true');
  return rows.map((row) => {
    const mode = modes[row] ?? '';
    if (mode === 'LEAF') return { kind: 'leaf', target: 0, weight: 0, ...leafOf(ids?.[row] ?? 0) };
    const onTrue = places.get(trueIds[row] ?? -1) ?? 0;
    const onFalse = places.get(falseIds[row] ?? -1) ?? 0;
    return split(mode, columns?.[row] ?? 0, values?.[row] ?? 0, onTrue, onFalse, missing[row] === 1);
  });
}

/** Every comparison as "below" or "equal": above and at-most are below the next float32, with the branches as they must be. */
function split(
  mode: string,
  column: number,
  value: number,
  onTrue: number,
  onFalse: number,
  tracksTrue: boolean,
): TreeNode {
  const straight = { kind: 'split', column, yes: onTrue, no: onFalse, missing: tracksTrue ? 'yes' : 'no' } as const;
  const turned = { kind: 'split', column, yes: onFalse, no: onTrue, missing: tracksTrue ? 'no' : 'yes' } as const;
  switch (mode) {
    case 'BRANCH_LT':
      return { ...straight, question: 'below', value };
    case 'BRANCH_LEQ':
      return { ...straight, question: 'below', value: nextFloat32(value) };
    case 'BRANCH_GTE':
      return { ...turned, question: 'below', value };
    case 'BRANCH_GT':
      return { ...turned, question: 'below', value: nextFloat32(value) };
    case 'BRANCH_EQ':
      return { ...straight, question: 'equal', value };
    case 'BRANCH_NEQ':
      // NaN differs from every number: without the flag a missing value answers yes.
      return { ...turned, question: 'equal', value, missing: 'no' };
    default:
      throw new NotCompiled(`nodes of mode ${mode}`);
  }
}

const floats = new Float32Array(1);
const bits = new Int32Array(floats.buffer);

/** The smallest float32 above `value`. */
export function nextFloat32(value: number): number {
  if (value === 0) return 2 ** -149;
  floats[0] = value;
  bits[0] = (bits[0] ?? 0) + (value > 0 ? 1 : -1);
  return floats[0];
}

/** Each node is reached once from the root: a walk ends, whatever the row. */
function requireTree(nodes: readonly TreeNode[]): void {
  const seen = new Uint8Array(nodes.length);
  const open = [0];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const node = nodes[place];
    if (node === undefined || seen[place] === 1) throw new NotCompiled('nodes that form no tree');
    seen[place] = 1;
    if (node.kind === 'split') open.push(node.yes, node.no);
  }
}
