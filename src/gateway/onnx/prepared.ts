import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import { type Preparation, revive } from '../compiled/stored.ts';
import type { Signature } from '../predictor.ts';
import type { PrepareStarter } from './prepare-starter.ts';
import { fieldsOf, textOf } from './protobuf.ts';

/** Files of another format are made again. */
const format = 2;

/**
 * What a process of its own found out about a model file: asked once, then kept beside the file. Never fails: what cannot be prepared
 * is served by onnxruntime.
 * @param digest of the artifact; a file that was prepared for another one is not used
 */
export async function obtainPreparation(
  folder: string,
  signature: Signature,
  { digest, starter }: { readonly digest: string; readonly starter: Pick<PrepareStarter, 'prepare'> },
): Promise<Preparation> {
  const path = keptPath(folder, digest);
  const kept = await readPreparation(path);
  if (kept !== null) return kept;
  const modelPath = join(folder, 'model.onnx');
  try {
    if (!mayCompile(await readFile(modelPath)))
      return { kind: 'not-compiled', reason: 'neither trees nor a linear model' };
    await starter.prepare({ modelPath, signature, target: `${path}.new` });
    await rename(`${path}.new`, path);
    return (await readPreparation(path)) ?? { kind: 'not-compiled', reason: 'the prepared file cannot be read' };
  } catch (error) {
    return { kind: 'not-compiled', reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Where the result lies once it was found out. */
export function keptPath(folder: string, digest: string): string {
  return join(folder, `compiled-${format}-${digest.replace(/[^\w.-]/g, '').slice(-64)}.bin`);
}

async function readPreparation(path: string): Promise<Preparation | null> {
  try {
    const stored: Preparation = deserialize(await readFile(path));
    return stored.kind === 'compiled' ? { ...stored, model: revive(stored.model) } : stored;
  } catch {
    return null;
  }
}

/** A look at the operators' names alone takes microseconds, and spares most other models the process. */
function mayCompile(file: Uint8Array): boolean {
  for (const graph of bytesOf(file, 7)) {
    for (const node of bytesOf(graph, 1)) {
      for (const operator of bytesOf(node, 4)) if (/^(TreeEnsemble|MatMul)/.test(textOf(operator))) return true;
    }
  }
  return false;
}

/** Fields of ModelProto (7 graph), GraphProto (1 node), NodeProto (4 op_type). */
function* bytesOf(message: Uint8Array, number: number): Generator<Uint8Array> {
  for (const field of fieldsOf(message)) if (field.number === number && field.wire === 'bytes') yield field.value;
}
