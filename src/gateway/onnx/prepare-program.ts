import { writeFile } from 'node:fs/promises';
import { serialize } from 'node:v8';
import { type Preparation, slim } from '../compiled/stored.ts';
import type { Signature } from '../predictor.ts';
import { prepareModel } from './prepare-model.ts';

/** What the program is told: the result goes to `target`, and a message says that it lies there. */
export interface PrepareTask {
  readonly modelPath: string;
  readonly signature: Signature;
  readonly target: string;
}

// A process of its own: reading and proving a model takes a second that no request should wait for.
if (process.send !== undefined) {
  process.once('message', (task: PrepareTask) => void prepare(task).then(() => process.exit(0)));
  process.on('disconnect', () => process.exit(0));
}

async function prepare({ modelPath, signature, target }: PrepareTask): Promise<void> {
  const prepared = await prepareModel(modelPath, signature).catch(
    (error: unknown): Preparation => ({
      kind: 'not-compiled',
      reason: error instanceof Error ? error.message : String(error),
    }),
  );
  const stored = prepared.kind === 'compiled' ? { ...prepared, model: slim(prepared.model) } : prepared;
  await writeFile(target, serialize(stored));
  await new Promise((resolve) => process.send?.('prepared', resolve));
}
