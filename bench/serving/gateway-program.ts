import { join } from 'node:path';
import { filesystemStore } from '../../src/artifacts/filesystem/store.ts';
import { collectStart } from '../../src/gateway/http/collector.ts';
import { rehearse } from '../../src/gateway/http/rehearsal.ts';
import { startGateway } from '../../src/gateway/http/start-gateway.ts';
import { goFirst } from '../../src/gateway/onnx/precedence.ts';
import type { RouteSource, ServedVersion } from '../../src/gateway/ports.ts';
import type { Signature } from '../../src/gateway/predictor.ts';
import { readSettings } from '../../src/platform/settings.ts';
import type { Route } from '../../src/registry/registry.ts';
import { type LoopDelay, watchLoopDelay } from './loop-delay.ts';

/** What a gateway under measurement is told: its folder holds `store/models/<n>/model.onnx` for each version. */
export interface GatewayTask {
  readonly folder: string;
  readonly name: string;
  readonly versions: readonly number[];
  readonly signature: Signature;
  readonly route: Partial<Route>;
  readonly pollMs?: number;
  /** Without it that of the settings, as users meet it. */
  readonly niceness?: number;
}

export type GatewayOrder =
  | { readonly kind: 'move'; readonly change: Partial<Route> }
  /** How late the event loop was since the last order of this kind; the first one begins to watch. */
  | { readonly kind: 'delay' };

export type GatewayAnswer =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'halted'; readonly reason: string }
  | ({ readonly kind: 'delay' } & LoopDelay);

const idle: Route = {
  ...{ model: 'flight-delay', segment: '', rev: 1, stable: 1, canary: null, weight: 0, shadow: null },
  ...{ rollout: null, leaseUntil: null, halted: null },
};

// A gateway of its own process around a registry in memory; messages move the route, as a registry would.
if (process.send !== undefined) await serve(JSON.parse(process.argv[2] ?? '{}'));

async function serve({ folder, name, versions, signature, route, pollMs = 250, niceness }: GatewayTask): Promise<void> {
  const tell = (answer: GatewayAnswer): void => void process.send?.(answer);
  let current: Route = { ...idle, leaseUntil: new Date(Date.now() + 3_600_000).toISOString(), ...route };
  await rehearse();
  const delay = watchLoopDelay();
  process.on('message', (order: GatewayOrder) => {
    if (order.kind === 'move') current = { ...current, rev: current.rev + 1, ...order.change };
    else tell({ kind: 'delay', ...delay() });
  });
  const known = new Map(versions.map((version) => [version, versionRecord(version, signature)]));
  const routes: RouteSource = {
    routes: async () => [current],
    version: async (_, version) => known.get(version) ?? versionRecord(version, signature),
    haltRollout: async (_, _rollout, reason) => tell({ kind: 'halted', reason }),
  };
  const gateway = await startGateway({
    routes,
    store: filesystemStore(join(folder, 'store')),
    port: 0,
    host: '127.0.0.1',
    stateFolder: join(folder, name),
    name,
    pollMs,
  });
  collectStart();
  goFirst(niceness ?? readSettings().PERENNIAL_GATEWAY_NICENESS);
  process.once('SIGTERM', () => void gateway.close().then(() => process.exit(0)));
  tell({ kind: 'ready', url: gateway.url });
}

function versionRecord(version: number, signature: Signature): ServedVersion {
  const artifact = `models/${version}`;
  // Each version has one of its own, as out of a registry.
  return {
    model: 'flight-delay',
    version,
    artifact,
    artifactDigest: artifact,
    signature: JSON.parse(JSON.stringify(signature)),
  };
}
