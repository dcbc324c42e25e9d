import type { InferenceSession } from 'onnxruntime-node';
import { PerennialError } from '../../errors/error.ts';
import type { Signature } from '../predictor.ts';

/** The output that the gateway reads. */
export function outputName(signature: Signature): 'probabilities' | 'prediction' {
  return signature.task === 'regression' ? 'prediction' : 'probabilities';
}

/** Numbers per row of that output. */
export function outputWidth(signature: Signature): number {
  return signature.task === 'regression' ? 1 : signature.classes.length;
}

/** @throws PRN-GATEWAY-007 naming every input and output that differs from the signature */
export function requireContract(modelPath: string, session: InferenceSession, signature: Signature): void {
  const problems = [...inputProblems(session, signature), ...outputProblems(session, signature)];
  if (problems.length === 0) return;
  throw new PerennialError('PRN-GATEWAY-007', {
    message: `${modelPath} does not match its signature: ${problems.join('; ')}.`,
    details: { modelPath, problems },
  });
}

function inputProblems(session: InferenceSession, signature: Signature): string[] {
  const problems: string[] = [];
  const inputs = new Map(session.inputMetadata.map((input) => [input.name, input]));
  for (const { name, type } of signature.features) {
    const input = inputs.get(name);
    const wanted = type === 'numeric' ? 'float32' : 'string';
    if (input === undefined) problems.push(`input "${name}" is missing`);
    else if (!input.isTensor || input.type !== wanted) {
      problems.push(`input "${name}" is ${input.isTensor ? input.type : 'no tensor'}, but ${type} needs ${wanted}`);
    } else if (input.shape.length !== 2) problems.push(`input "${name}" must be [N,1], not [${input.shape.join(',')}]`);
    inputs.delete(name);
  }
  for (const name of inputs.keys()) problems.push(`input "${name}" is not a feature`);
  return problems;
}

function outputProblems(session: InferenceSession, signature: Signature): string[] {
  const wanted = outputName(signature);
  const output = session.outputMetadata.find(({ name }) => name === wanted);
  if (output === undefined) return [`output "${wanted}" is missing (there is ${session.outputNames.join(', ')})`];
  if (!output.isTensor || output.type !== 'float32') return [`output "${wanted}" must be a float32 tensor`];
  const width = output.shape[1];
  // A symbolic width is checked with the first answer.
  if (typeof width !== 'number' || width < 0 || width === outputWidth(signature)) return [];
  return [`output "${wanted}" has ${width} columns, but the signature has ${outputWidth(signature)}`];
}
