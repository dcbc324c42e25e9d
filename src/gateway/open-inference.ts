import type { Answer } from './answer.ts';
import { decodeTensor, encodeTensor, numberTypes } from './binary-tensor.ts';
import { isObject, parseName, type RequestedRow, refused } from './predict-request.ts';
import type { Signature } from './predictor.ts';

/** A tensor of the Open Inference Protocol, version 2. */
export interface OipTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data?: readonly (string | number | null)[];
  /** `binary_data_size` of a tensor whose bytes follow the JSON. */
  readonly parameters?: Readonly<Record<string, number>>;
}

export interface WantedOutputs {
  /** Names, and whether as bytes; null: all. */
  readonly named: readonly { readonly name: string; readonly binary: boolean | null }[] | null;
  /** Of those that do not say. */
  readonly binary: boolean;
}

export interface InferRequest {
  readonly id: string | null;
  readonly key: string | null;
  readonly rows: readonly RequestedRow[];
  readonly outputs: WantedOutputs;
}

/**
 * Reads one tensor per feature into rows. All rows of a call share one id and one key.
 * @param binary bytes behind the JSON, in the order of the inputs that have a `binary_data_size`
 * @throws PRN-GATEWAY-001
 */
export function parseInfer(body: unknown, mostRows: number, binary: Uint8Array = new Uint8Array()): InferRequest {
  const inputs = isObject(body) ? body.inputs : undefined;
  if (!isObject(body) || !Array.isArray(inputs) || inputs.length === 0) {
    throw refused('The body must be {"inputs": [{"name", "datatype", "shape", "data"}]}', body);
  }
  const columns = parseTensors(inputs, binary);
  const count = columns[0]?.data.length ?? 0;
  if (count === 0) throw refused('Every input needs at least one row', body.inputs);
  if (count > mostRows) throw refused(`An input may hold ${mostRows} rows`, count);
  for (const column of columns) {
    if (column.data.length !== count) {
      throw refused(`Input "${column.name}" must have ${count} rows like "${columns[0]?.name}"`, column.data.length);
    }
  }
  const parameters = isObject(body.parameters) ? body.parameters : {};
  // Clients send an empty id where they have none.
  const id = body.id === '' ? null : parseName(body.id, '"id" of the body');
  const key = parameters.key === '' ? null : parseName(parameters.key, '"key" of the parameters');
  const rows = Array.from({ length: count }, (_, row) => ({
    id: null,
    key: null,
    features: Object.fromEntries(columns.map((column) => [column.name, column.data[row]])),
  }));
  const outputs = { named: parseOutputs(body.outputs), binary: parameters.binary_data_output === true };
  return { id, key, rows, outputs };
}

export function metadata(model: string, versions: readonly number[], signature: Signature): Record<string, unknown> {
  const inputs = signature.features.map(({ name, type }) => ({
    name,
    datatype: type === 'numeric' ? 'FP32' : 'BYTES',
    shape: [-1, 1],
  }));
  const outputs = outputTensors(signature, []).map(({ name, datatype, shape }) => ({
    name,
    datatype,
    shape: [-1, ...shape.slice(1)],
  }));
  return { name: model, versions: versions.map(String), platform: 'onnx_onnxv1', inputs, outputs };
}

/** Classification answers `probabilities` and `label`, regression `prediction`. */
export function outputTensors(signature: Signature, answers: readonly Answer[]): readonly OipTensor[] {
  const rows = answers.length;
  if (signature.task === 'regression') {
    return [{ name: 'prediction', datatype: 'FP32', shape: [rows, 1], data: answers.map((answer) => answer.score) }];
  }
  const width = signature.classes.length;
  const wholeNumbers = signature.classes.every((name) => Number.isInteger(name));
  const labels = answers.map((answer) => (wholeNumbers ? answer.prediction : String(answer.prediction)));
  return [
    {
      name: 'probabilities',
      datatype: 'FP32',
      shape: [rows, width],
      data: answers.flatMap((a) => spread(signature, a)),
    },
    { name: 'label', datatype: wholeNumbers ? 'INT64' : 'BYTES', shape: [rows], data: labels },
  ];
}

/** Outputs as they leave: those that were asked for as bytes have only their size, and their bytes follow the JSON in this order. */
export function packOutputs(
  tensors: readonly OipTensor[],
  { named, binary }: WantedOutputs,
): { readonly outputs: readonly OipTensor[]; readonly bytes: readonly Uint8Array[] } {
  const bytes: Uint8Array[] = [];
  const outputs = tensors.flatMap((tensor) => {
    const wanted = named?.find(({ name }) => name === tensor.name);
    if (named !== null && wanted === undefined) return [];
    if (!(wanted?.binary ?? binary)) return [tensor];
    const { data = [], ...rest } = tensor;
    const encoded = encodeTensor(tensor.datatype, data);
    bytes.push(encoded);
    return [{ ...rest, parameters: { binary_data_size: encoded.length } }];
  });
  return { outputs, bytes };
}

function spread(signature: Signature, answer: Answer): number[] {
  const { probabilities } = answer;
  if (probabilities === undefined) return [1 - answer.score, answer.score];
  return signature.classes.map((name) => probabilities[String(name)] ?? 0);
}

function parseOutputs(outputs: unknown): WantedOutputs['named'] {
  if (!Array.isArray(outputs) || outputs.length === 0) return null;
  return outputs.map((output: unknown) => {
    if (!isObject(output) || typeof output.name !== 'string') throw refused('Every output needs a "name"', output);
    const said = isObject(output.parameters) ? output.parameters.binary_data : undefined;
    return { name: output.name, binary: typeof said === 'boolean' ? said : null };
  });
}

interface Column {
  readonly name: string;
  readonly data: readonly unknown[];
}

function parseTensors(inputs: readonly unknown[], binary: Uint8Array): readonly Column[] {
  let at = 0;
  const seen = new Set<string>();
  const columns = inputs.map((input) => {
    if (!isObject(input) || typeof input.name !== 'string') throw refused('Every input needs a "name"', input);
    if (seen.has(input.name)) throw refused('Every input may stand once', input.name);
    seen.add(input.name);
    const size = isObject(input.parameters) ? input.parameters.binary_data_size : undefined;
    if (size === undefined) return parseTensor(input.name, input);
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || at + size > binary.length) {
      throw refused(`Input "${input.name}": binary_data_size must be 0 to ${binary.length - at}, the bytes left`, size);
    }
    at += size;
    return parseBinary(input.name, input, binary.subarray(at - size, at));
  });
  if (at === binary.length) return columns;
  throw refused(`The inputs take ${at} bytes behind the JSON`, binary.length);
}

function parseBinary(name: string, input: Readonly<Record<string, unknown>>, bytes: Uint8Array): Column {
  const { shape, data } = input;
  const datatype = datatypeOf(name, input);
  if (data !== undefined) throw refused(`Input "${name}" may have "data" or binary_data_size, not both`, data);
  const count = Array.isArray(shape) ? shape[0] : undefined;
  if (!Number.isSafeInteger(count) || count < 0 || !isColumn(shape, count))
    throw refused(`Input "${name}": shape must be [rows] or [rows,1]`, shape);
  return { name, data: decodeTensor({ name, datatype, count }, bytes) };
}

function parseTensor(name: string, input: Readonly<Record<string, unknown>>): Column {
  datatypeOf(name, input);
  if (!Array.isArray(input.data)) throw refused(`Input "${name}" needs "data", a list`, input.data);
  // Nested lists are allowed by the protocol: [[1],[2]] is [1,2].
  const data: readonly unknown[] = input.data.flat();
  if (isColumn(input.shape, data.length)) return { name, data };
  throw refused(`Input "${name}": shape must be [${data.length}] or [${data.length},1]`, input.shape);
}

function datatypeOf(name: string, { datatype }: Readonly<Record<string, unknown>>): string {
  if (typeof datatype === 'string' && (datatype === 'BYTES' || Object.hasOwn(numberTypes, datatype))) return datatype;
  const known = Object.keys(numberTypes).join(', ');
  throw refused(`Input "${name}": datatype must be BYTES or one of ${known}`, datatype);
}

function isColumn(shape: unknown, rows: number): boolean {
  if (!Array.isArray(shape) || shape[0] !== rows) return false;
  return shape.length === 1 || (shape.length === 2 && shape[1] === 1);
}
