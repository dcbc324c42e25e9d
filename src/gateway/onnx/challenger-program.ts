import { Worker } from 'node:worker_threads';
import type { FeatureBatch, Predictor, Signature } from '../predictor.ts';
import { type ChallengerCall, type ChallengerReply, type ChallengerTask, packError } from './challenger-messages.ts';
import { loadOnnxPredictor } from './predictor.ts';

// The program of a challenger's process: told to load a model, it answers calls until the gateway lets go of it.
if (process.send !== undefined) {
  endWithParent();
  process.on('message', (message: ChallengerTask | ChallengerCall) => void receive(message));
}

let predictor: Predictor | null = null;

async function receive(message: ChallengerTask | ChallengerCall): Promise<void> {
  if (message.kind === 'load') await load(message);
  else await answer(message);
}

async function load({ modelPath, signature }: ChallengerTask): Promise<void> {
  try {
    predictor = await loadOnnxPredictor(modelPath, signature);
    await warm(predictor, signature);
    reply({ kind: 'ready' });
  } catch (error) {
    reply({ kind: 'unusable', error: packError(error) });
  }
}

async function answer({ call, batch }: ChallengerCall): Promise<void> {
  if (predictor === null) return;
  try {
    reply({ kind: 'scores', call, scores: await predictor.predict(batch) });
  } catch (error) {
    reply({ kind: 'failed', call, error: packError(error) });
  }
}

function reply(message: ChallengerReply): void {
  process.send?.(message);
}

/** A cold process answers several times slower: without this, a latency gate would see its first minutes as a slower model. */
async function warm(loaded: Predictor, signature: Signature): Promise<void> {
  const columns = Object.fromEntries(signature.features.map(({ name }) => [name, [null]]));
  const batch: FeatureBatch = { rows: 1, columns };
  const until = performance.now() + 100;
  try {
    for (let call = 0; call < 200 && performance.now() < until; call++) await loaded.predict(batch);
  } catch {
    // A model may refuse a row without any value; real rows will tell.
  }
}

/**
 * Lives exactly as long as the gateway: a terminal's Ctrl-C reaches this process too, while the gateway still wants its last answers.
 * A gateway that was killed closes the channel; the thread sees it even when the model hangs and the channel is not read.
 */
function endWithParent(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit(0));
  const watch = `setInterval(() => { if (process.ppid !== ${process.ppid}) process.kill(process.pid, 'SIGKILL'); }, 1000);`;
  new Worker(watch, { eval: true, stdin: false, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref();
}
