import { InferenceSession } from 'onnxruntime-node';
import { PerennialError } from '../../errors/error.ts';
import type { FeatureBatch, LoadPredictor, Predictor, Scores, Signature } from '../predictor.ts';
import { feedsOf } from './feeds.ts';
import { outputName, outputWidth, requireContract } from './model-contract.ts';

/** More threads cost 3 times the throughput under load: they spin while they wait. Severity 4 keeps errors off stderr; they are thrown. */
const sessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 4,
} satisfies InferenceSession.SessionOptions;

/** Rows per call of the runtime; larger batches only cost memory. */
const chunkRows = 4096;

/**
 * Loads an ONNX file with onnxruntime. A call blocks the thread it runs in while it computes.
 * @throws PRN-GATEWAY-006 with the runtime's message, PRN-GATEWAY-007 when the file does not match the signature
 */
export const loadOnnxPredictor: LoadPredictor = async (modelPath, signature) => {
  const session = await open(modelPath);
  requireContract(modelPath, session, signature);
  return createPredictor(modelPath, session, signature);
};

function createPredictor(modelPath: string, session: InferenceSession, signature: Signature): Predictor {
  const width = outputWidth(signature);
  return {
    async predict(batch) {
      if (batch.rows > 0 && batch.rows <= chunkRows) return run(modelPath, session, signature, batch, 0, batch.rows);
      const values = new Float32Array(batch.rows * width);
      let elapsedMs = 0;
      for (let start = 0; start < batch.rows; start += chunkRows) {
        const end = Math.min(start + chunkRows, batch.rows);
        const part = await run(modelPath, session, signature, batch, start, end);
        values.set(part.values, start * width);
        elapsedMs += part.elapsedMs ?? 0;
      }
      return { rows: batch.rows, width, values, elapsedMs };
    },
    close: () => session.release(),
  };
}

async function run(
  modelPath: string,
  session: InferenceSession,
  signature: Signature,
  batch: FeatureBatch,
  start: number,
  end: number,
): Promise<Scores> {
  const name = outputName(signature);
  const width = outputWidth(signature);
  const feeds = feedsOf(signature, batch, start, end);
  let started = performance.now();
  // run() does its work in a setImmediate; this one stands just before it, so that waiting for the event loop is not measured.
  setImmediate(() => {
    started = performance.now();
  });
  let output: InferenceSession.OnnxValueMapType;
  try {
    output = await session.run(feeds, [name]);
  } catch (error) {
    throw failed(modelPath, end - start, error);
  }
  const elapsedMs = performance.now() - started;
  const values = output[name]?.data;
  if (!(values instanceof Float32Array) || values.length !== (end - start) * width) {
    const got = `${values?.length ?? 0} numbers for ${end - start} rows of ${width}`;
    throw new PerennialError('PRN-GATEWAY-007', { message: `${modelPath}: output "${name}" answered ${got}.` });
  }
  return { rows: end - start, width, values, elapsedMs };
}

async function open(modelPath: string): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(modelPath, sessionOptions);
  } catch (error) {
    throw new PerennialError('PRN-GATEWAY-006', {
      message: `${modelPath} cannot be loaded: ${textOf(error)}`,
      cause: error,
      details: { modelPath },
    });
  }
}

function failed(modelPath: string, rows: number, error: unknown): PerennialError {
  const message = `${modelPath} failed on ${rows === 1 ? 'a row' : `a batch of ${rows} rows`}: ${textOf(error)}`;
  return new PerennialError('PRN-GATEWAY-008', { message, cause: error });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
