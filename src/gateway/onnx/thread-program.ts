import { parentPort } from 'node:worker_threads';
import type { Predictor } from '../predictor.ts';
import { type ChallengerReply, packError } from './challenger-messages.ts';
import { loadOnnxPredictor } from './predictor.ts';
import type { ThreadOrder } from './thread.ts';

// The program of a champion's thread: told to load a model, it answers calls until it is told to end.
if (parentPort !== null) listen(parentPort);

function listen(port: NonNullable<typeof parentPort>): void {
  const reply = (message: ChallengerReply): void => port.postMessage(message);
  let predictor: Predictor | null = null;

  async function receive(order: ThreadOrder): Promise<void> {
    if (order.kind === 'load') {
      try {
        predictor = await loadOnnxPredictor(order.modelPath, order.signature);
        reply({ kind: 'ready' });
      } catch (error) {
        reply({ kind: 'unusable', error: packError(error) });
      }
    } else if (order.kind === 'end') {
      await predictor?.close();
      // Nothing is left to listen to: the thread ends by itself, never inside the runtime.
      port.close();
    } else if (predictor !== null) {
      try {
        reply({ kind: 'scores', call: order.call, scores: await predictor.predict(order.batch) });
      } catch (error) {
        reply({ kind: 'failed', call: order.call, error: packError(error) });
      }
    }
  }

  port.on('message', (order: ThreadOrder) => void receive(order));
}
