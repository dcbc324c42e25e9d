import type { Signature } from '../predictor.ts';
import { type Attribute, type Graph, type GraphNode, NotCompiled } from './graph.ts';

/** One column of the matrix that a model computes with: a number of the row as it is, or the code of a text. */
export interface Column {
  /** Place of its feature in the signature. */
  readonly feature: number;
  /** Codes by text; null for a number. A missing text is "". */
  readonly codes: ReadonlyMap<string, number> | null;
  /** Code of every other text. */
  readonly otherwise: number;
  /** Stands for a missing number; NaN leaves it missing. */
  readonly filling: number;
  /** (x - offset) * scale */
  readonly offset: number;
  readonly scale: number;
}

/** Finds what stands behind the names of a graph's values. */
export interface GraphReader {
  /** The node that makes a value, passing over Identity. @throws NotCompiled for an input or a constant */
  maker(name: string): GraphNode;
  constant(name: string | undefined): readonly number[];
  /** Follows Concat, LabelEncoder, Cast, Imputer and Scaler back to the features. @throws NotCompiled for any other operator */
  columns(name: string | undefined): readonly Column[];
}

export function readGraph(graph: Graph, signature: Signature): GraphReader {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const features = new Map(signature.features.map(({ name, type }, index) => [name, { index, type }]));

  function maker(name: string): GraphNode {
    const node = makers.get(name);
    if (node === undefined) throw new NotCompiled(`"${name}" is made by no operator`);
    return node.operator === 'Identity' ? maker(node.inputs[0] ?? '') : node;
  }

  function constant(name = ''): readonly number[] {
    const found = graph.constants.get(name) ?? makers.get(name)?.attributes.get('value')?.constant;
    if (found == null) throw new NotCompiled(`"${name}" is no constant`);
    return found.values;
  }

  function columns(name = ''): readonly Column[] {
    const feature = features.get(name);
    if (feature !== undefined) {
      if (feature.type === 'categorical') throw new NotCompiled(`text of "${name}" is used without a LabelEncoder`);
      return [{ feature: feature.index, codes: null, ...plain }];
    }
    const node = maker(name);
    switch (node.operator) {
      case 'Concat':
        if (Math.abs(numberOf(node, 'axis') ?? 0) !== 1) throw new NotCompiled('Concat along rows');
        return node.inputs.flatMap((input) => columns(input));
      case 'Cast':
        return columns(node.inputs[0]);
      case 'LabelEncoder':
        return [encoded(node, features.get(node.inputs[0] ?? ''))];
      case 'Imputer':
        return imputed(node, columns(node.inputs[0]));
      case 'Scaler':
        return scaled(node, columns(node.inputs[0]));
      default:
        throw new NotCompiled(`operator ${node.operator} before the model`);
    }
  }

  return { maker, constant, columns };
}

export function numberOf(node: GraphNode, name: string): number | null {
  return node.attributes.get(name)?.number ?? null;
}

export function listOf(node: GraphNode, name: string): readonly number[] {
  return node.attributes.get(name)?.numbers ?? [];
}

const plain = { otherwise: 0, filling: Number.NaN, offset: 0, scale: 1 } as const;

function encoded(node: GraphNode, feature: { readonly index: number; readonly type: string } | undefined): Column {
  const keys = node.attributes.get('keys_strings')?.texts;
  if (feature?.type !== 'categorical' || keys === undefined)
    throw new NotCompiled('LabelEncoder of something else than a text');
  const kind = node.attributes.has('values_floats') ? 'float' : 'int64';
  const values = listOf(node, `values_${kind}s`);
  if (values.length !== keys.length) throw new NotCompiled('LabelEncoder without a number for each text');
  const otherwise: Attribute | undefined = node.attributes.get(`default_${kind}`);
  // The standard's own defaults where the file names none: -0.0 and -1.
  return {
    feature: feature.index,
    codes: new Map(keys.map((key, index) => [key, values[index] ?? 0])),
    ...plain,
    otherwise: otherwise?.number ?? (kind === 'float' ? 0 : -1),
  };
}

function imputed(node: GraphNode, columns: readonly Column[]): readonly Column[] {
  if (!Number.isNaN(numberOf(node, 'replaced_value_float') ?? 0))
    throw new NotCompiled('Imputer of a value that is not missing');
  const fillings = listOf(node, 'imputed_value_floats');
  return columns.map((column, index) => ({ ...column, filling: broadcast(fillings, index) }));
}

function scaled(node: GraphNode, columns: readonly Column[]): readonly Column[] {
  const [offsets, scales] = [listOf(node, 'offset'), listOf(node, 'scale')];
  if (columns.some(({ codes, offset, scale }) => codes !== null || offset !== 0 || scale !== 1))
    throw new NotCompiled('Scaler of codes, or twice');
  return columns.map((column, index) => ({
    ...column,
    offset: broadcast(offsets, index),
    scale: broadcast(scales, index),
  }));
}

/** A list of one holds for all columns. */
function broadcast(values: readonly number[], index: number): number {
  const value = values.length === 1 ? values[0] : values[index];
  if (value === undefined) throw new NotCompiled('a list that is shorter than the columns');
  return value;
}
