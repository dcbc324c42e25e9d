import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Applied, Fleet, ModelSummary } from '../../src/client/index.ts';
import { perennial, perennialJson, type Started, startPerennial } from './command-line.ts';
import { descendantsOf, isAlive, notedPids, untilGone } from './processes.ts';
import { freePortBase, openSandbox, type Sandbox, showLogs } from './sandbox.ts';

let sandbox: Sandbox;
let portBase: string;
const started: Started[] = [];

beforeAll(async () => {
  sandbox = await openSandbox('test/e2e/fixtures/parcels.model.json');
  portBase = `${await freePortBase()}`;
});
afterAll(async () => {
  for (const { child, ended } of started) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
  }
  await sandbox?.remove();
});
afterEach(({ task }) => showLogs(sandbox, task.result?.state === 'fail'));

function up(...args: readonly string[]): Started {
  const program = startPerennial(sandbox.state, 'up', '--port-base', portBase, ...args);
  started.push(program);
  return program;
}

describe('perennial up', () => {
  it('says where everything answers, and leaves no process after Ctrl-C', async () => {
    const program = up();
    const said = await program.until(/Perennial is up/);
    for (const [what, offset] of [
      ['Temporal UI', 1],
      ['API', 3],
      ['Gateway', 4],
    ] as const) {
      expect(said).toMatch(new RegExp(`${what}\\s+http://127\\.0\\.0\\.1:${Number(portBase) + offset}`));
    }
    await perennialJson<Applied>(sandbox.state, 'apply', sandbox.model('parcels.model.json'));
    const noted = await notedPids(sandbox.state);
    expect(Object.keys(noted)).toEqual(['database', 'temporal', 'control', 'training', 'api', 'gateway']);
    const pids = [...Object.values(noted), ...descendantsOf(program.child.pid ?? 0)];
    expect(pids.filter(isAlive)).toEqual(pids);

    program.child.kill('SIGINT');
    const { code } = await program.ended;
    expect(code).toBe(0);
    await untilGone(pids);
  });

  it('goes on with what was kept, and stops on perennial down', async () => {
    const program = up();
    await program.until(/Perennial is up/);
    const models = await perennialJson<ModelSummary[]>(sandbox.state, 'status');
    expect(models.map(({ model }) => model)).toEqual(['parcels']);
    const pids = descendantsOf(program.child.pid ?? 0);
    const down = await perennialJson<{ stopped: boolean }>(sandbox.state, 'down');
    expect(down).toEqual({ stopped: true });
    expect((await program.ended).code).toBe(0);
    await untilGone(pids);
    expect(await perennialJson(sandbox.state, 'down')).toEqual({ stopped: false });
  });

  it('trains on the queues that its settings name, with the slots of each', async () => {
    vi.stubEnv('PERENNIAL_TRAINING_QUEUE', 'training=3, training-gpu=1');
    const program = up();
    vi.unstubAllEnvs();
    await program.until(/Perennial is up/);
    const slots = async () => {
      const { queues } = await perennialJson<Fleet>(sandbox.state, 'fleet');
      return queues.map(({ queue, workers }) => [queue, ...workers.map((worker) => worker.slots)]);
    };
    // No plan trains on the other queue: it is not looked at.
    await expect.poll(slots, { timeout: 20_000 }).toEqual([
      ['perennial', null],
      ['training', 3],
    ]);
    program.child.kill('SIGINT');
    expect((await program.ended).code).toBe(0);
  });

  it('starts again after its supervisor was killed, and ends the Temporal server that was left over', async () => {
    const program = up();
    await program.until(/Perennial is up/);
    // A server that the supervisor has started anew must be found as well.
    process.kill((await notedPids(sandbox.state)).temporal ?? 0, 'SIGKILL');
    await program.until(/↻ temporal died/);
    const temporal = await replaced(sandbox.state, 'temporal');
    const others = descendantsOf(program.child.pid ?? 0).filter((pid) => pid !== temporal);
    program.child.kill('SIGKILL');
    await program.ended;
    // Our own programs end with their supervisor; Temporal knows nothing of it.
    await untilGone(others, 20_000);
    expect(isAlive(temporal)).toBe(true);

    const second = up();
    await second.until(/Perennial is up/);
    expect(isAlive(temporal)).toBe(false);
    const models = await perennialJson<ModelSummary[]>(sandbox.state, 'status');
    expect(models.map(({ model }) => model)).toEqual(['parcels']);
  });

  it('refuses to run twice from one folder', async () => {
    const { code, stderr } = await perennial(sandbox.state, 'up', '--port-base', `${await freePortBase()}`);
    expect(code).toBe(1);
    expect(stderr).toContain('PRN-PLATFORM-006');
    expect(await perennialJson(sandbox.state, 'down')).toEqual({ stopped: true });
  });

  it('names the port that is in use, and leaves nothing behind', async () => {
    const server = createServer().listen(Number(portBase) + 3, '127.0.0.1');
    const program = up();
    const { code, stderr } = await program.ended;
    const background = await perennial(sandbox.state, 'up', '--detach', '--port-base', portBase);
    server.close();
    expect(code).toBe(1);
    expect(stderr).toContain('PRN-PLATFORM-003');
    expect(stderr).toContain(`Port ${Number(portBase) + 3}, which api needs`);
    expect(background.code).toBe(1);
    expect(background.stderr).toContain(`Port ${Number(portBase) + 3}, which api needs`);
    expect(await perennialJson(sandbox.state, 'down')).toEqual({ stopped: false });
  });

  it('stops what has started already when Ctrl-C comes early', async () => {
    const program = up();
    await program.until(/✔ (database|temporal)/);
    const pids = descendantsOf(program.child.pid ?? 0);
    expect(pids.length).toBeGreaterThan(1);
    program.child.kill('SIGINT');
    await program.ended;
    await untilGone(pids);
  });

  it('runs in the background with --detach', async () => {
    const { code, stderr } = await perennial(sandbox.state, 'up', '--detach', '--port-base', portBase);
    expect(code, stderr).toBe(0);
    const pids = Object.values(await notedPids(sandbox.state));
    expect(pids.filter(isAlive)).toHaveLength(6);
    expect(await perennialJson(sandbox.state, 'down')).toEqual({ stopped: true });
    await untilGone(pids);
  });
});

async function replaced(state: string, name: string): Promise<number> {
  for (let waited = 0; waited < 100; waited += 1) {
    const pid = (await notedPids(state))[name] ?? 0;
    if (isAlive(pid)) return pid;
    await new Promise((tick) => setTimeout(tick, 100));
  }
  throw new Error(`${name} did not come back`);
}
