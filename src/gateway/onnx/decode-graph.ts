import type { Attribute, Constant, Graph, GraphNode } from '../compiled/graph.ts';
import { type Field, fieldsOf, packedFloats, packedVarints, textOf } from './protobuf.ts';

// Field numbers: onnx.proto3 of the ONNX project, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
const model = { graph: 7 } as const;
const graph = { node: 1, initializer: 5 } as const;
const node = { input: 1, output: 2, operator: 4, attribute: 5 } as const;
const attribute = { name: 1, f: 2, i: 3, s: 4, t: 5, floats: 7, ints: 8, strings: 9 } as const;
const tensor = { dims: 1, type: 2, floats: 4, int32s: 5, int64s: 7, name: 8, raw: 9, doubles: 10 } as const;

/** Reads operators and numeric constants of an ONNX file. @throws RangeError for bytes that are none */
export function decodeGraph(file: Uint8Array): Graph {
  const nodes: GraphNode[] = [];
  const constants = new Map<string, Constant>();
  for (const part of messages(file, model.graph)) {
    for (const bytes of messages(part, graph.node)) nodes.push(decodeNode(bytes));
    for (const bytes of messages(part, graph.initializer)) {
      const { name, constant } = decodeTensor(bytes);
      constants.set(name, constant);
    }
  }
  return { nodes, constants };
}

function* messages(bytes: Uint8Array, number: number): Generator<Uint8Array> {
  for (const field of fieldsOf(bytes)) if (field.number === number && field.wire === 'bytes') yield field.value;
}

function decodeNode(bytes: Uint8Array): GraphNode {
  const texts = (number: number): string[] => [...messages(bytes, number)].map(textOf);
  return {
    operator: texts(node.operator)[0] ?? '',
    inputs: texts(node.input),
    outputs: texts(node.output),
    attributes: new Map([...messages(bytes, node.attribute)].map(decodeAttribute)),
  };
}

function decodeAttribute(bytes: Uint8Array): [string, Attribute] {
  let name = '';
  let number: number | null = null;
  let text: string | null = null;
  let constant: Constant | null = null;
  const numbers: number[] = [];
  const texts: string[] = [];
  for (const field of fieldsOf(bytes)) {
    const { number: id } = field;
    if (id === attribute.floats || id === attribute.ints) append(numbers, field);
    else if (field.wire !== 'bytes') {
      if (id === attribute.f || id === attribute.i) number = field.value;
    } else if (id === attribute.name) name = textOf(field.value);
    else if (id === attribute.s) text = textOf(field.value);
    else if (id === attribute.strings) texts.push(textOf(field.value));
    else if (id === attribute.t) constant = decodeTensor(field.value).constant;
  }
  return [name, { number, text, numbers, texts, constant }];
}

/** Lists come packed or one by one. Floats are told from whole numbers by the field that they stand in. */
function append(numbers: number[], field: Field): void {
  if (field.wire !== 'bytes') numbers.push(field.value);
  else {
    const values = field.number === attribute.floats ? packedFloats(field.value, 4) : packedVarints(field.value);
    for (const value of values) numbers.push(value);
  }
}

function decodeTensor(bytes: Uint8Array): { readonly name: string; readonly constant: Constant } {
  let name = '';
  let type = 0;
  let raw: Uint8Array | null = null;
  const shape: number[] = [];
  const values: number[] = [];
  for (const field of fieldsOf(bytes)) {
    const { number: id } = field;
    if (id === tensor.dims) shape.push(...varintsOf(field));
    else if (id === tensor.type) type = Number(field.value);
    else if (id === tensor.int32s || id === tensor.int64s) values.push(...varintsOf(field));
    else if (field.wire !== 'bytes') values.push(field.value);
    else if (id === tensor.name) name = textOf(field.value);
    else if (id === tensor.floats) for (const value of packedFloats(field.value, 4)) values.push(value);
    else if (id === tensor.doubles) for (const value of packedFloats(field.value, 8)) values.push(value);
    else if (id === tensor.raw) raw = field.value;
  }
  return { name, constant: { shape, values: raw === null ? values : unpack(raw, type) } };
}

function varintsOf(field: Field): number[] {
  return field.wire === 'bytes' ? packedVarints(field.value) : [field.value];
}

/** Types of TensorProto: 1 float, 7 int64, 11 double. Others hold no constant that the compiler reads. */
function unpack(raw: Uint8Array, type: number): number[] {
  if (type === 1) return packedFloats(raw, 4);
  if (type === 11) return packedFloats(raw, 8);
  if (type !== 7) return [];
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Array.from({ length: raw.length / 8 }, (_, index) => Number(view.getBigInt64(index * 8, true)));
}
