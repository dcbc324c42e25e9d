import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PerennialClient } from '../client/client.ts';
import { unattended } from '../compute/fleet.ts';
import { findTemporal } from '../platform/temporal-binary.ts';
import type { Terminal } from './terminal.ts';
import { trainersPython } from './trainers-python.ts';

export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** The command that repairs it; empty when nothing is broken. */
  readonly fix: string;
}

/** Looks at programs on this machine and at the servers, all at the same time. */
export async function examine(client: PerennialClient, { env, now }: Terminal): Promise<readonly Finding[]> {
  const [python, servers, gateway] = await Promise.all([
    pythonFinding(env),
    serverFindings(client, now),
    gatewayFinding(client.endpoints.gatewayUrl),
  ]);
  return [nodeFinding(), python, temporalFinding(env), ...servers, gateway];
}

const good = (name: string, detail: string): Finding => ({ name, ok: true, detail, fix: '' });
const bad = (name: string, detail: string, fix: string): Finding => ({ name, ok: false, detail, fix });

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const recent = major > 20 || (major === 20 && minor >= 20);
  const detail = `Node ${process.versions.node}`;
  return recent ? good('node', detail) : bad('node', `${detail} is too old`, 'install Node 20.20 or newer');
}

async function pythonFinding(env: NodeJS.ProcessEnv): Promise<Finding> {
  const python = trainersPython(env);
  try {
    await promisify(execFile)(python, ['-c', 'import perennial_trainer'], { timeout: 20_000 });
    return good('trainers', python);
  } catch {
    return bad('trainers', `${python} cannot import perennial_trainer`, 'npm run setup');
  }
}

function temporalFinding(env: NodeJS.ProcessEnv): Finding {
  try {
    return good('temporal program', findTemporal(env));
  } catch (error) {
    return bad('temporal program', messageOf(error), 'npm run setup');
  }
}

async function serverFindings(client: PerennialClient, now: () => Date): Promise<Finding[]> {
  const { url } = client.endpoints;
  try {
    const health = await client.health();
    const skewMs = Math.abs(Date.parse(health.at) - now().getTime());
    const states = (['database', 'temporal'] as const).map((name) =>
      health[name] === 'ok' ? good(name, 'answers') : bad(name, 'is unreachable from the API', 'perennial up'),
    );
    const clock = `${(skewMs / 1_000).toFixed(1)} s apart from the server's`;
    const clockFinding = skewMs < 5_000 ? good('clock', clock) : bad('clock', clock, 'sudo timedatectl set-ntp true');
    return [good('api', url), ...states, await tokenFinding(client), clockFinding, ...(await workerFindings(client))];
  } catch (error) {
    return [bad('api', messageOf(error), 'perennial up')];
  }
}

async function tokenFinding(client: PerennialClient): Promise<Finding> {
  try {
    const { name, roles } = await client.whoami();
    return good('token', `${name}: ${roles.join(', ')}`);
  } catch (error) {
    return bad('token', messageOf(error), 'export PERENNIAL_TOKEN=$(cat .perennial/token)');
  }
}

/** Nobody listening where a plan trains is a fault before the first run waits there. */
async function workerFindings(client: PerennialClient): Promise<Finding[]> {
  // Why it cannot be told, other findings say.
  const queues = await client.fleet().then(
    (fleet) => fleet.queues,
    () => [],
  );
  return queues
    .filter(({ kind, models, waiting }) => kind === 'control' || models.length > 0 || waiting.length > 0)
    .map((queue) => {
      const alone = unattended(queue);
      const name = `queue ${queue.queue}`;
      if (alone) return bad(name, alone.why, alone.cure);
      return good(name, `${queue.workers.length} ${queue.workers.length === 1 ? 'worker' : 'workers'}`);
    });
}

async function gatewayFinding(url: string): Promise<Finding> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) });
    return good('gateway', `${url}${placeOf(await answer.json())}`);
  } catch {
    return bad('gateway', `nothing answers at ${url}`, 'perennial up');
  }
}

/** Its event loop's place among the programs of its machine: no fault, and the first thing to look at when a busy one answers late. */
function placeOf(ready: unknown): string {
  const niceness = typeof ready === 'object' && ready !== null && 'niceness' in ready ? ready.niceness : null;
  if (typeof niceness !== 'number') return '';
  const place = niceness < 0 ? 'goes before other programs' : 'goes before no other program';
  return `; its event loop ${place} (niceness ${niceness}, PERENNIAL_GATEWAY_NICENESS)`;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
