import type { Answer } from './answer.ts';
import { isObject, type RequestedRow, refused } from './predict-request.ts';
import type { Signature } from './predictor.ts';

/** A tensor of the Open Inference Protocol, version 2. */
export interface OipTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data?: readonly (string | number | null)[];
}

export interface InferRequest {
  readonly id: string | null;
  readonly key: string | null;
  readonly rows: readonly RequestedRow[];
  /** Names of the outputs that are wanted; null: all. */
  readonly outputs: readonly string[] | null;
}

const numericTypes = ['FP16', 'FP32', 'FP64', 'INT8', 'INT16', 'INT32', 'INT64', 'UINT8', 'UINT16', 'UINT32', 'UINT64'];

/** Reads one tensor per feature into rows. All rows of a call share one id and one key. @throws PRN-GATEWAY-001 */
export function parseInfer(body: unknown): InferRequest {
  const inputs = isObject(body) ? body.inputs : undefined;
  if (!isObject(body) || !Array.isArray(inputs) || inputs.length === 0) {
    throw refused('The body must be {"inputs": [{"name", "datatype", "shape", "data"}]}', body);
  }
  const columns = inputs.map(parseTensor);
  const count = columns[0]?.data.length ?? 0;
  if (count === 0) throw refused('Every input needs at least one row', body.inputs);
  for (const column of columns) {
    if (column.data.length !== count) {
      throw refused(`Input "${column.name}" must have ${count} rows like "${columns[0]?.name}"`, column.data.length);
    }
  }
  const id = typeof body.id === 'string' && body.id !== '' ? body.id : null;
  const parameters = isObject(body.parameters) ? body.parameters : {};
  const key = typeof parameters.key === 'string' ? parameters.key : null;
  const rows = Array.from({ length: count }, (_, row) => ({
    id: null,
    key: null,
    features: Object.fromEntries(columns.map((column) => [column.name, column.data[row]])),
  }));
  return { id, key, rows, outputs: parseOutputs(body.outputs) };
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

function spread(signature: Signature, answer: Answer): number[] {
  const { probabilities } = answer;
  if (probabilities === undefined) return [1 - answer.score, answer.score];
  return signature.classes.map((name) => probabilities[String(name)] ?? 0);
}

function parseOutputs(outputs: unknown): readonly string[] | null {
  if (!Array.isArray(outputs) || outputs.length === 0) return null;
  return outputs.map((output: unknown) => {
    if (isObject(output) && typeof output.name === 'string') return output.name;
    throw refused('Every output needs a "name"', output);
  });
}

function parseTensor(input: unknown): { readonly name: string; readonly data: readonly unknown[] } {
  if (!isObject(input) || typeof input.name !== 'string') throw refused('Every input needs a "name"', input);
  const { name, datatype, shape } = input;
  if (typeof datatype !== 'string' || (datatype !== 'BYTES' && !numericTypes.includes(datatype))) {
    throw refused(`Input "${name}": datatype must be BYTES or one of ${numericTypes.join(', ')}`, datatype);
  }
  if (!Array.isArray(input.data)) throw refused(`Input "${name}" needs "data", a list`, input.data);
  // Nested lists are allowed by the protocol: [[1],[2]] is [1,2].
  const data: readonly unknown[] = input.data.flat();
  const fits =
    Array.isArray(shape) && shape[0] === data.length && (shape.length === 1 || (shape.length === 2 && shape[1] === 1));
  if (!fits) throw refused(`Input "${name}": shape must be [${data.length}] or [${data.length},1]`, shape);
  return { name, data };
}
