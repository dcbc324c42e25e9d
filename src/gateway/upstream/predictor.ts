import { PerennialError } from '../../errors/error.ts';
import { isObject } from '../predict-request.ts';
import type { FeatureBatch, Predictor, Scores, Signature } from '../predictor.ts';

export interface UpstreamOptions {
  /** Milliseconds that one call may take. */
  readonly timeoutMs: number;
}

/**
 * A model behind another server that speaks the Open Inference Protocol (Triton, KServe, MLServer, BentoML, another gateway):
 * `url` is that of the model, `http://host:8000/v2/models/<name>` or with `/versions/<version>`. One input per feature, as the served
 * ONNX files have it; answers are its output `probabilities`, or `prediction`.
 */
export function createUpstreamPredictor(url: string, signature: Signature, { timeoutMs }: UpstreamOptions): Predictor {
  const infer = `${url.replace(/\/+$/, '')}/infer`;
  return {
    async predict(batch) {
      const started = performance.now();
      const body = JSON.stringify({ inputs: inputsOf(signature, batch), outputs: [{ name: outputOf(signature) }] });
      const reply = await ask(infer, body, timeoutMs);
      return { ...scoresOf(infer, reply, signature, batch.rows), elapsedMs: performance.now() - started };
    },
    close: () => Promise.resolve(),
  };
}

function outputOf({ task }: Signature): string {
  return task === 'regression' ? 'prediction' : 'probabilities';
}

/** NaN is no JSON: a missing number is null, a missing text "". */
function inputsOf({ features }: Signature, { rows, columns }: FeatureBatch): readonly object[] {
  return features.map(({ name, type }) => {
    const column = columns[name] ?? [];
    const data = type === 'numeric' ? column : column.map((value) => value ?? '');
    return { name, datatype: type === 'numeric' ? 'FP32' : 'BYTES', shape: [rows, 1], data };
  });
}

/** @throws PRN-GATEWAY-010 when it takes too long, PRN-GATEWAY-011 when nobody answers, PRN-GATEWAY-008 with its own words otherwise */
async function ask(url: string, body: string, timeoutMs: number): Promise<unknown> {
  let response: Response;
  let text: string;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal });
    text = await response.text();
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      throw new PerennialError('PRN-GATEWAY-010', { message: `${url} did not answer within ${timeoutMs} ms.` });
    }
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new PerennialError('PRN-GATEWAY-011', { message: `${url} cannot be reached: ${why}.` });
  }
  if (response.ok) return parse(url, text);
  throw new PerennialError('PRN-GATEWAY-008', { message: `${url} says ${response.status}: ${text.slice(0, 200)}` });
}

function parse(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PerennialError('PRN-GATEWAY-007', { message: `${url} answers no JSON: ${text.slice(0, 100)}` });
  }
}

/** @throws PRN-GATEWAY-007 when the output is missing or of another size */
function scoresOf(url: string, reply: unknown, signature: Signature, rows: number): Scores {
  const width = signature.task === 'regression' ? 1 : signature.classes.length;
  const name = outputOf(signature);
  const outputs = isObject(reply) && Array.isArray(reply.outputs) ? reply.outputs : [];
  const output: unknown = outputs.find((candidate: unknown) => isObject(candidate) && candidate.name === name);
  const data = isObject(output) && Array.isArray(output.data) ? output.data.flat(2) : [];
  if (data.length === rows * width)
    return { rows, width, values: Float32Array.from(data, (value) => Number(value ?? Number.NaN)) };
  const message = `${url}: output "${name}" has ${data.length} numbers for ${rows} rows of ${width}.`;
  throw new PerennialError('PRN-GATEWAY-007', { message });
}
