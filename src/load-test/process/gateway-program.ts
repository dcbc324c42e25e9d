import { readFile } from 'node:fs/promises';
import { startGateway } from '../../gateway/http/start-gateway.ts';
import type { GatewayOrder, GatewayTask, GatewayWord } from './messages.ts';

/** A gateway as it runs in production, with one version and nobody else's traffic. It ends with its parent. */
process.once('disconnect', () => process.exit(0));
process.on('message', (order: GatewayOrder) => {
  if (order.kind === 'memory') say({ kind: 'memory', bytes: process.memoryUsage.rss() });
  else serve(order.task).catch((error: unknown) => say({ kind: 'failed', message: String(error) }));
});

async function serve({ version, modelPath, stateFolder }: GatewayTask): Promise<void> {
  const route = {
    ...{ model: version.model, segment: '', rev: 1, stable: version.version, canary: null, weight: 0 },
    ...{ shadow: null, rollout: null, leaseUntil: null, halted: null },
  };
  const { url } = await startGateway({
    routes: {
      routes: async () => [route],
      version: async () => version,
      haltRollout: async () => undefined,
    },
    // The request log of a test goes no further than the state folder, which is removed.
    store: { get: () => readFile(modelPath), put: async () => 'written' },
    ...{ host: '127.0.0.1', port: 0, stateFolder, name: 'load-test' },
    // A gateway tries for ever to load what it cannot; a test ends.
    logger: { info() {}, error() {}, warn: (_, message) => say({ kind: 'failed', message }) },
  });
  say({ kind: 'ready', url });
}

function say(word: GatewayWord): void {
  process.send?.(word);
}
