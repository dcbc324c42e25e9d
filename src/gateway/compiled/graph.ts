/** Numbers or texts of a constant, in row-major order. */
export interface Constant {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export interface Attribute {
  /** A single number (`i` or `f`), when it is one. */
  readonly number: number | null;
  readonly text: string | null;
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
  readonly constant: Constant | null;
}

/** One operator of an ONNX graph. */
export interface GraphNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/** What of an ONNX graph a compiler looks at: operators in the order of the file, and constants by name. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly constants: ReadonlyMap<string, Constant>;
}

/** Thrown inside the compiler: this graph is not one that it knows. Never leaves `compile`. */
export class NotCompiled extends Error {}
