import { readFile } from 'node:fs/promises';
import { seededRandom } from '../../evaluation/random.ts';
import { compile } from '../compiled/compile.ts';
import { createCompiledPredictor } from '../compiled/predictor.ts';
import { probeRows } from '../compiled/probe-rows.ts';
import { type Preparation, provenRows, tolerance, worstDifference } from '../compiled/stored.ts';
import { type FeatureRow, toBatch } from '../features.ts';
import type { RowPredictor, Signature } from '../predictor.ts';
import { decodeGraph } from './decode-graph.ts';
import { loadOnnxPredictor } from './predictor.ts';

/**
 * Compiles a model file and holds it beside onnxruntime on thousands of rows that were chosen to tell them apart. A model that differs
 * anywhere, or is not one that the compiler knows, is not compiled; the reason is told.
 * @throws PRN-GATEWAY-006, PRN-GATEWAY-007 when onnxruntime cannot load it
 */
export async function prepareModel(modelPath: string, signature: Signature): Promise<Preparation> {
  const compilation = compile(decodeGraph(await readFile(modelPath)), signature);
  if (!compilation.ok) return { kind: 'not-compiled', reason: compilation.reason };
  const { model } = compilation;
  const ours = createCompiledPredictor(model);
  const theirs = await loadOnnxPredictor(modelPath, signature);
  const draw = seededRandom(provenRows);
  let worst = 0;
  try {
    for (let done = 0; done < provenRows; done += chunkRows) {
      const rows = probeRows(model, signature, chunkRows, draw);
      const { values } = await theirs.predict(toBatch(signature, rows));
      // Rows of one request walk together, and otherwise than one alone: both are held beside the runtime.
      for (const answers of [ours.score(rows).values, oneByOne(ours, rows)])
        worst = Math.max(worst, worstDifference(answers, values));
    }
  } finally {
    await theirs.close();
  }
  if (worst <= tolerance) return { kind: 'compiled', model, proof: { rows: provenRows, worst } };
  return { kind: 'not-compiled', reason: `it differs from onnxruntime by ${worst.toPrecision(2)}` };
}

const chunkRows = 1_024;

function oneByOne(predictor: RowPredictor, rows: readonly FeatureRow[]): Float32Array {
  const answers = new Float32Array(rows.length * predictor.width);
  for (const [at, row] of rows.entries()) answers.set(predictor.score([row]).values, at * predictor.width);
  return answers;
}
