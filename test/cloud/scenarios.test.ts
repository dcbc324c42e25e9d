import { mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { Client, Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunProgress } from '../../src/client/index.ts';
import { showLogs } from '../e2e/sandbox.ts';
import { eventually } from '../e2e/waiting.ts';
import type { CloudInstance } from './cloud-state.ts';
import { openRegion, type Region } from './region.ts';

let region: Region;
/** sha256 of the model that nothing disturbed. */
let undisturbed = '';

beforeAll(async () => {
  region = await openRegion();
});
beforeEach(async () => await region.cloud.clear());
afterAll(async () => {
  await region?.stop();
});
afterEach(({ task }) => showLogs(region.sandbox, task.result?.state === 'fail'));

const asOf = '2026-01-24';
const living = new Set(['pending', 'running', 'shutting-down']);

async function start(model: string, change?: (text: string) => string): Promise<string> {
  await region.apply(model, change);
  const run = await region.client.retrain(model, { asOf, cache: false, reason: 'a test' });
  return await run.run();
}

async function ended(run: string): Promise<RunProgress> {
  const progress = await eventually(`${run} has ended`, 90_000, async () => {
    const { progress } = await region.client.run(run);
    return progress.result || progress.state === 'waiting-for-retry' ? progress : null;
  });
  if (!progress.result) throw new Error(JSON.stringify(progress.stages, null, 2));
  return progress;
}

async function machinesOf(run: string): Promise<readonly CloudInstance[]> {
  const { instances } = await region.cloud.state();
  return instances.filter(({ tags }) => tags['perennial:run'] === run);
}

/** The n-th machine of a run (from 0), once its trainer has made a checkpoint. */
async function training(run: string, n = 0): Promise<CloudInstance> {
  return await eventually(`machine ${n} of ${run} trains`, 60_000, async () => {
    const machine = (await machinesOf(run))[n];
    if (!machine) return null;
    const files = await readdir(`${machine.folder}/home`, { recursive: true });
    return files.some((file) => /step-\d+\.json$/.test(file)) ? machine : null;
  });
}

async function digestOf(run: string): Promise<string> {
  const [newest] = await region.client.versions(run.slice(0, run.lastIndexOf('-')));
  return newest?.artifactDigest ?? '';
}

/** Stops every trainer on the machine in its tracks: alive, silent, deaf. */
async function stopTrainersBelow(folder: string): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const place = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (place.startsWith(folder) && command.includes('perennial_trainer')) process.kill(Number(pid), 'SIGSTOP');
  }
}

async function withTemporal<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: region.platform.urls.temporal });
  return await work(new Client({ connection })).finally(() => connection.close());
}

async function expectNobodyLeft(): Promise<void> {
  const { instances } = await region.cloud.state();
  expect(instances.filter(({ state }) => living.has(state))).toEqual([]);
  expect(await region.client.machines({ living: true })).toEqual([]);
}

describe('a run whose training rents a machine', () => {
  it('trains there, publishes to S3 and leaves no machine', async () => {
    const run = await start('plain');
    const { result } = await ended(run);
    expect(result?.outcome).toBe('promoted');
    expect(await machinesOf(run)).toHaveLength(1);
    undisturbed = await digestOf(run);
    expect(undisturbed).toMatch(/^[0-9a-f]{64}$/);
    await expectNobodyLeft();
  });

  it('gets the sub-folder of the model file in which its trainer lies', async () => {
    const program = 'import runpy, sys\nprint(f"I am {__file__}", file=sys.stderr)\n';
    const own = `${program}runpy.run_module("perennial_trainer.xgboost", run_name="__main__", alter_sys=True)\n`;
    const file = region.sandbox.model('trainers/mine.py');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, own);
    const trainer = '"trainer": { "command": ["{python}", "{here}/trainers/mine.py"] }';
    const run = await start('own', (text) => text.replace('"trainer": "xgboost"', trainer).replace('2500', '100'));
    await ended(run);
    const [machine] = await machinesOf(run);
    expect((await region.client.logs(run)).text).toMatch(`I am ${machine?.folder}/home/`);
    await expectNobodyLeft();
  });

  it('goes on with an identical model when the cloud takes the machine back', async () => {
    const run = await start('noticed');
    await region.cloud.interrupt((await training(run)).id, 10);
    await ended(run);
    expect(await machinesOf(run)).toHaveLength(2);
    expect(await digestOf(run)).toBe(undisturbed);
    const [last, first] = await region.client.machines({ run });
    expect([first?.end, last?.end]).toEqual(['interrupted', 'finished']);
    await expectNobodyLeft();
  });

  it('goes on with an identical model when a machine loses its power', async () => {
    const run = await start('crashed');
    const { id } = await training(run);
    await region.cloud.crash(id, { unnoticed: true });
    await ended(run);
    expect(await digestOf(run)).toBe(undisturbed);
    const [last, first] = await region.client.machines({ run });
    expect([first?.end, last?.end]).toEqual(['crashed', 'finished']);
    await expectNobodyLeft();
  });

  it('ends a machine whose trainer hangs, and trains on another', async () => {
    const run = await start('hanging', (text) => text.replace('"stalledFor": "20s"', '"stalledFor": "4s"'));
    const { folder } = await training(run);
    await stopTrainersBelow(folder);
    await ended(run);
    expect(await digestOf(run)).toBe(undisturbed);
    const [last, first] = await region.client.machines({ run });
    expect([first?.end, last?.end]).toEqual(['stalled', 'finished']);
    await expectNobodyLeft();
  });

  it('climbs past pools without capacity, one call each', async () => {
    await region.cloud.faults([{ action: 'RunInstances', code: 'InsufficientInstanceCapacity', times: 5 }]);
    const run = await start('crowded');
    await ended(run);
    const orders = (await region.cloud.state()).calls.filter(({ action }) => action === 'RunInstances');
    expect(orders.map(({ code }) => code)).toEqual([...Array(5).fill('InsufficientInstanceCapacity'), null]);
    expect(new Set(orders.map(({ type, az, market }) => `${type}/${az}/${market}`)).size).toBe(6);
    await expectNobodyLeft();
  });

  it('makes one machine when the answer to its order is lost', async () => {
    await region.cloud.faults([{ action: 'RunInstances', code: 'LostResponse' }]);
    const run = await start('unheard');
    await ended(run);
    expect(await machinesOf(run)).toHaveLength(1);
    await expectNobodyLeft();
  });

  it('tries for as long as it takes to end a machine that the cloud will not end', async () => {
    await region.cloud.faults([{ action: 'TerminateInstances', code: 'InternalError', times: 5 }]);
    const run = await start('clinging');
    await ended(run);
    expect((await machinesOf(run)).map(({ state }) => state)).toEqual(['terminated']);
    await expectNobodyLeft();
  });

  it('tells people of a machine that it may not end, and goes on trying until it is gone', async () => {
    const told: string[] = [];
    const webhook = createServer((request, response) => {
      void text(request).then((body) => {
        told.push(body);
        response.end();
      });
    });
    await new Promise<void>((done) => webhook.listen(0, '127.0.0.1', done));
    const { port } = webhook.address() as AddressInfo;
    const run = await start('stuck', (file) =>
      file.replace(
        '"compute": {',
        `"notify": [{ "on": ["failed"], "webhook": "http://127.0.0.1:${port}" }],\n  "compute": {`,
      ),
    );
    await training(run);
    await region.cloud.faults([{ action: 'TerminateInstances', code: 'UnauthorizedOperation', times: 'always' }]);
    await region.client.cancel(run);
    const machine = await eventually('the books know', 60_000, async () => {
      const [machine] = await region.client.machines({ run, living: true });
      return machine?.stuck ? machine : null;
    });
    expect(machine.stuck?.why).toContain('UnauthorizedOperation');
    expect((await region.client.run(run)).trouble.join()).toContain(`machine ${machine.machine} cannot be ended since`);
    // Told once, however often it is tried.
    await eventually('it was tried again', 20_000, async () => {
      const { calls } = await region.cloud.state();
      const since = Date.parse(machine.stuck?.since ?? '') / 1000 + 3;
      return calls.some(({ action, at }) => action === 'TerminateInstances' && at > since) || null;
    });
    expect(told.map((body) => JSON.parse(body))).toMatchObject([
      { on: 'failed', run, text: expect.stringContaining(`--instance-ids ${machine.machine}`) },
    ]);
    await region.cloud.faults([]);
    await ended(run);
    webhook.close();
    await expectNobodyLeft();
  });

  it('stops the trainer of a cancelled run at once and ends its machine', async () => {
    // Long enough that no machine is so fast as to finish before it is cancelled.
    const run = await start('cancelled', (text) => text.replace('"rounds": 2500', '"rounds": 100000'));
    await training(run);
    await region.client.cancel(run);
    await ended(run);
    const [machine] = await region.client.machines({ run });
    expect(machine?.end).toBe('cancelled');
    await expectNobodyLeft();
  });

  it('trains on while the control worker is killed', async () => {
    const run = await start('orphaned');
    await training(run);
    process.kill(region.platform.pids().control ?? 0, 'SIGKILL');
    await ended(run);
    expect(await machinesOf(run)).toHaveLength(1);
    expect(await digestOf(run)).toBe(undisturbed);
    await expectNobodyLeft();
  });

  it('says which permission is missing, and rents nothing', async () => {
    await region.cloud.faults([{ action: 'RunInstances', code: 'UnauthorizedOperation', times: 'always' }]);
    const run = await start('forbidden');
    const failed = await eventually('the stage has failed', 30_000, async () => {
      const { stages } = (await region.client.run(run)).progress;
      return stages.find(({ state }) => state === 'failed') ?? null;
    });
    expect(failed.detail).toContain('UnauthorizedOperation');
    await region.client.cancel(run);
    expect(await machinesOf(run)).toEqual([]);
  });
});

describe('killers of machines, each alone', () => {
  it('the reaper ends the machine of a workflow that somebody has terminated', async () => {
    const run = await start('terminated');
    await training(run);
    await withTemporal(async (client) => {
      await client.workflow.getHandle('retrain:terminated').terminate('a person was in a hurry');
      await eventually('the reaper has come', 60_000, async () => {
        await client.schedule.getHandle('reap').trigger();
        return (await region.client.machines({ run }))[0]?.end ?? null;
      });
    });
    expect((await machinesOf(run)).map(({ state }) => state)).toEqual(['terminated']);
    expect((await region.client.machines({ run }))[0]?.end).toBe('reaped');
  });

  it('the reaper ends a machine whose order was refused, though the cloud has made it', async () => {
    await region.cloud.faults([{ action: 'RunInstances', code: 'InsufficientInstanceCapacity', carriedOut: true }]);
    const run = await start('refused', (file) => file.replace('"rounds": 2500', '"rounds": 100000'));
    const second = await training(run, 1);
    await withTemporal(async (client) => {
      await eventually('the stranger is gone', 60_000, async () => {
        await client.schedule.getHandle('reap').trigger();
        return (await machinesOf(run)).some(({ state }) => state === 'terminated') || null;
      });
    });
    const states = (await machinesOf(run)).map(({ id, state }) => [id === second.id, state]);
    expect(states).toEqual([
      [false, 'terminated'],
      [true, 'running'],
    ]);
    await region.client.cancel(run);
    await ended(run);
    await expectNobodyLeft();
  });

  it('a machine ends itself at its deadline when nobody else can', async () => {
    const run = await start('forgotten', (text) => text.replace('"maxHours": 0.5', '"maxHours": 0.2'));
    await training(run);
    await withTemporal(async (client) => {
      await client.schedule.getHandle('reap').pause();
      await client.workflow.getHandle('retrain:forgotten').terminate('a person was in a hurry');
      const gone = await eventually('the machine has ended itself', 30_000, async () => {
        const [machine] = await machinesOf(run);
        return machine?.state === 'terminated' ? machine : null;
      });
      expect(gone.reason).toBe('Client.InstanceInitiatedShutdown');
      await client.schedule.getHandle('reap').unpause();
      await client.schedule.getHandle('reap').trigger();
    });
    await eventually('the books are closed', 20_000, async () => {
      const [machine] = await region.client.machines({ run });
      return machine?.end ?? null;
    });
  });
});

describe('the bill', () => {
  it('says of every machine what the cloud says, to the second', async () => {
    const { instances } = await region.cloud.state();
    const ours = new Map((await region.client.machines()).map((machine) => [machine.machine, machine]));
    const counted = instances.filter(({ id }) => ours.get(id)?.terminatedAt);
    expect(counted.length).toBeGreaterThan(8);
    for (const { id, meteredSeconds, billedSeconds, reason } of counted) {
      const { launchedAt, runningAt, terminatedAt, billedSeconds: booked } = ours.get(id) ?? {};
      const lived = (Date.parse(terminatedAt ?? '') - Date.parse(runningAt ?? launchedAt ?? '')) / 1000;
      const wrong = lived - meteredSeconds;
      // EC2 tells nobody when a machine ran first, or ended itself: what nobody saw is booked from its launch, and until somebody looked.
      if (!runningAt || reason === 'Client.InstanceInitiatedShutdown') expect(wrong, id).toBeGreaterThan(-1);
      else expect(Math.abs(wrong), id).toBeLessThan(1);
      expect(booked, id).toBeGreaterThanOrEqual(billedSeconds - 1);
    }
  });
});
