import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { FeatureBatch, Predictor, Signature } from '../predictor.ts';
import { loadOnnxPredictor } from './predictor.ts';
import { packError, type ThreadCall, type ThreadReply, type ThreadTask } from './thread-messages.ts';

// The program of a challenger's thread: started with a ThreadTask, it loads the model and answers ThreadCalls.
if (parentPort !== null) await serve(parentPort, workerData as ThreadTask);

async function serve(port: MessagePort, task: ThreadTask): Promise<void> {
  const reply = (message: ThreadReply, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  try {
    const predictor = await loadOnnxPredictor(task.modelPath, task.signature);
    await warm(predictor, task.signature);
    port.on('message', (message: ThreadCall) => void answer(predictor, message, reply));
    reply({ kind: 'ready' });
  } catch (error) {
    reply({ kind: 'unusable', error: packError(error) });
  }
}

async function answer(
  predictor: Predictor,
  { call, batch }: ThreadCall,
  reply: (message: ThreadReply, transfer?: ArrayBuffer[]) => void,
): Promise<void> {
  try {
    const scores = await predictor.predict(batch);
    reply({ kind: 'scores', call, scores });
  } catch (error) {
    reply({ kind: 'failed', call, error: packError(error) });
  }
}

/** A cold thread answers several times slower: without this, a latency gate would see its first minutes as a slower model. */
async function warm(predictor: Predictor, signature: Signature): Promise<void> {
  const columns = Object.fromEntries(signature.features.map(({ name }) => [name, [null]]));
  const batch: FeatureBatch = { rows: 1, columns };
  const until = performance.now() + 100;
  try {
    for (let call = 0; call < 200 && performance.now() < until; call++) await predictor.predict(batch);
  } catch {
    // A model may refuse a row without any value; real rows will tell.
  }
}
