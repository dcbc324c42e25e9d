import type { Column, GraphReader } from './columns.ts';
import { type GraphNode, NotCompiled } from './graph.ts';

/** A linear model: margins are sums of weights, [columns or codes x targets] in row-major order. */
export interface LinearTables {
  readonly intercepts: Float32Array;
  /** One row of weights per number. */
  readonly weights: Float32Array;
  /** How many of the columns are numbers: they come first. */
  readonly numbers: number;
  /** One row of weights per code. */
  readonly codeWeights: Float32Array;
  readonly targets: number;
}

/**
 * Reads a sum of a constant, a product of numbers with weights, and looked-up weights of codes: what the logistic regression's trainer
 * writes.
 * @throws NotCompiled for any other term
 */
export function readLinear(
  reader: GraphReader,
  sum: GraphNode,
): { readonly columns: readonly Column[]; readonly tables: LinearTables } {
  const terms = sum.inputs.map((input) => readTerm(reader, input));
  const intercepts = terms.find((term) => term.kind === 'constant')?.weights ?? [];
  const numbers = terms.find((term) => term.kind === 'numbers');
  const codes = terms.find((term) => term.kind === 'codes');
  const targets = intercepts.length;
  const kinds = new Set(terms.map(({ kind }) => kind));
  if (targets === 0 || kinds.size !== terms.length)
    throw new NotCompiled('a sum without a constant, or with several terms of one kind');
  const columns = [...(numbers?.columns ?? []), ...(codes?.columns ?? [])];
  const tables: LinearTables = {
    intercepts: Float32Array.from(intercepts),
    weights: Float32Array.from(numbers?.weights ?? []),
    numbers: numbers?.columns.length ?? 0,
    codeWeights: Float32Array.from(codes?.weights ?? []),
    targets,
  };
  requireFit(tables, codes?.columns ?? []);
  return { columns, tables };
}

/** Adds up one row's weights. Codes are those of the columns behind the numbers. */
export function addWeights(tables: LinearTables, values: Float32Array, margins: Float32Array): void {
  const { intercepts, weights, numbers, codeWeights, targets } = tables;
  for (let target = 0; target < targets; target++) {
    let product = 0;
    for (let at = 0; at < numbers; at++) product += (values[at] as number) * (weights[at * targets + target] as number);
    let looked = 0;
    for (let at = numbers; at < values.length; at++)
      looked += codeWeights[(values[at] as number) * targets + target] as number;
    margins[target] = (intercepts[target] as number) + product + looked;
  }
}

interface Term {
  readonly kind: 'constant' | 'numbers' | 'codes';
  readonly columns: readonly Column[];
  readonly weights: readonly number[];
}

function readTerm(reader: GraphReader, name: string): Term {
  const node = tryMaker(reader, name);
  if (node === null) return { kind: 'constant', columns: [], weights: reader.constant(name) };
  if (node.operator === 'MatMul') {
    return { kind: 'numbers', columns: reader.columns(node.inputs[0]), weights: reader.constant(node.inputs[1]) };
  }
  const gather = node.operator === 'ReduceSum' ? reader.maker(node.inputs[0] ?? '') : null;
  if (gather?.operator !== 'Gather') throw new NotCompiled(`operator ${node.operator} in a sum`);
  return { kind: 'codes', columns: reader.columns(gather.inputs[1]), weights: reader.constant(gather.inputs[0]) };
}

function tryMaker(reader: GraphReader, name: string): GraphNode | null {
  try {
    return reader.maker(name);
  } catch {
    return null;
  }
}

function requireFit({ weights, numbers, codeWeights, targets }: LinearTables, codes: readonly Column[]): void {
  const known = codeWeights.length / targets;
  const within = (code: number): boolean => Number.isInteger(code) && code >= 0 && code < known;
  const looked = codes.every(
    (column) => column.codes !== null && within(column.otherwise) && [...column.codes.values()].every(within),
  );
  if (weights.length !== numbers * targets || !looked) throw new NotCompiled('weights that do not fit the columns');
}
