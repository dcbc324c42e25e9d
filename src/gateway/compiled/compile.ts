import type { Signature } from '../predictor.ts';
import { type Column, type GraphReader, numberOf, readGraph } from './columns.ts';
import { readEnsemble } from './ensemble.ts';
import { type Graph, type GraphNode, NotCompiled } from './graph.ts';
import { layOut, type TreeTables } from './layout.ts';
import { type LinearTables, readLinear } from './linear.ts';

/** From margins to answers: nothing, [1 - p, p] of a logistic, or a softmax over all. */
export type Link = 'none' | 'logistic' | 'softmax';

/** A model without its runtime: plain numbers, that can be stored and sent. */
export type CompiledModel = { readonly columns: readonly Column[]; readonly link: Link } & (
  | { readonly kind: 'trees'; readonly tables: TreeTables }
  | { readonly kind: 'linear'; readonly tables: LinearTables }
);

/** The model, or why it is not one that the compiler knows. */
export type Compilation =
  | { readonly ok: true; readonly model: CompiledModel }
  | { readonly ok: false; readonly reason: string };

/** Compiles boosted trees and linear models with their encoders: the graphs that our trainers and the usual converters write. */
export function compile(graph: Graph, signature: Signature): Compilation {
  try {
    return { ok: true, model: compileGraph(readGraph(graph, signature), signature) };
  } catch (error) {
    if (error instanceof NotCompiled) return { ok: false, reason: error.message };
    throw error;
  }
}

/** Numbers per row before the link. */
export function marginsOf({ tables }: CompiledModel): number {
  return tables.targets;
}

function compileGraph(reader: GraphReader, signature: Signature): CompiledModel {
  const output = signature.task === 'regression' ? 'prediction' : 'probabilities';
  const { node, link } = linkOf(reader, reader.maker(output), output);
  const width = signature.task === 'regression' ? 1 : signature.classes.length;
  const model = compileScorer(reader, node, link);
  const answers = link === 'logistic' ? 2 : marginsOf(model);
  if (answers !== width) throw new NotCompiled(`${answers} answers where the signature has ${width}`);
  return model;
}

function compileScorer(reader: GraphReader, node: GraphNode, link: Link): CompiledModel {
  if (node.operator === 'TreeEnsembleRegressor' || node.operator === 'TreeEnsembleClassifier') {
    const columns = reader.columns(node.inputs[0]);
    if (columns.some(({ offset, scale }) => offset !== 0 || scale !== 1))
      throw new NotCompiled('trees over scaled numbers');
    return { kind: 'trees', columns, link, tables: layOut(readEnsemble(node)) };
  }
  if (node.operator === 'Sum' || node.operator === 'Add') return { kind: 'linear', link, ...readLinear(reader, node) };
  throw new NotCompiled(`operator ${node.operator}`);
}

/** The last operators: what makes answers of margins, and the node that makes these. */
function linkOf(
  reader: GraphReader,
  last: GraphNode,
  output: string,
): { readonly node: GraphNode; readonly link: Link } {
  const before = (node: GraphNode): GraphNode => reader.maker(node.inputs[0] ?? '');
  if (last.operator === 'Softmax') {
    if (Math.abs(numberOf(last, 'axis') ?? -1) !== 1) throw new NotCompiled('Softmax along rows');
    return { node: before(last), link: 'softmax' };
  }
  if (last.operator === 'Concat') return { node: before(positiveOf(reader, last)), link: 'logistic' };
  if (last.operator !== 'TreeEnsembleClassifier') return { node: last, link: 'none' };
  if (last.outputs[1] !== output && !last.outputs.includes(output)) throw new NotCompiled('the label of a classifier');
  return { node: last, link: classifierLink(last) };
}

/** Concat of 1 - p and p, where p is a Sigmoid. */
function positiveOf(reader: GraphReader, concat: GraphNode): GraphNode {
  const [negative = '', positive = ''] = concat.inputs;
  const [minus, sigmoid] = [reader.maker(negative), reader.maker(positive)];
  const whole = minus.operator === 'Sub' ? reader.constant(minus.inputs[0]) : [];
  const same = whole.length === 1 && whole[0] === 1 && minus.inputs[1] === positive;
  if (concat.inputs.length !== 2 || sigmoid.operator !== 'Sigmoid' || !same)
    throw new NotCompiled('a Concat of other answers than 1 - p and p');
  return sigmoid;
}

function classifierLink(node: GraphNode): Link {
  const transform = node.attributes.get('post_transform')?.text ?? 'NONE';
  if (transform === 'LOGISTIC') return 'logistic';
  if (transform === 'SOFTMAX') return 'softmax';
  if (transform === 'NONE') return 'none';
  throw new NotCompiled(`post_transform ${transform}`);
}
