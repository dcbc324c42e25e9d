import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aModelFile, type Servers, startServers } from './servers.ts';

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
});
afterAll(async () => await servers.stop());

const schedule = (id: string) => servers.temporal.client.schedule.getHandle(id).describe();

describe('applying a model file', () => {
  it('registers the plan and makes both schedules', async () => {
    const applied = await servers.as('operator').apply(aModelFile());
    expect(applied).toMatchObject({ model: 'delays', revision: 1, changed: true });
    expect(applied.changes.length).toBeGreaterThan(5);
    const check = await schedule('check:delays');
    expect(check.action).toMatchObject({ workflowType: 'check', taskQueue: 'perennial' });
    expect(check.policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 86_400_000 });
    const retrain = await schedule('retrain:delays');
    expect(retrain.action.workflowType).toBe('retrainOnSchedule');
    expect(retrain.policies.overlap).toBe('BUFFER_ONE');
  });

  it('changes nothing the second time', async () => {
    const again = await servers.as('operator').apply(aModelFile());
    expect(again).toMatchObject({ revision: 1, changed: false, changes: [] });
  });

  it('moves a schedule and keeps a pause that a person has made', async () => {
    await servers.temporal.client.schedule.getHandle('check:delays').pause('holiday');
    const applied = await servers.as('operator').apply(aModelFile({ check: { schedule: '30 7 * * *' } }));
    expect(applied.changes).toEqual([{ path: 'check.schedule', before: '0 6 * * *', after: '30 7 * * *' }]);
    const { spec, state } = await schedule('check:delays');
    expect(spec.calendars?.[0]).toMatchObject({ hour: [{ start: 7 }], minute: [{ start: 30 }] });
    expect(state).toMatchObject({ paused: true, note: 'holiday' });
  });

  it('deletes the schedule that the file does not ask for any more', async () => {
    await servers.as('operator').apply(aModelFile({ retrain: {} }));
    await expect(schedule('retrain:delays')).rejects.toThrow(/not found/i);
  });

  it('only tells what would change with dryRun', async () => {
    const { text, base } = aModelFile({ model: 'untouched' });
    const told = await servers.as('operator').apply({ text, base }, { dryRun: true });
    expect(told).toMatchObject({ revision: 0, changed: true, dryRun: true });
    await expect(servers.as('viewer').model('untouched')).rejects.toMatchObject({ code: 'PRN-REGISTRY-001' });
  });

  it('answers all problems of the file at once, with their places', async () => {
    const { text, base } = aModelFile();
    const broken = text.replace('"holdout"', '"holdot"').replace('"atLeast": 0.6', '"atLeast": "much"');
    const failure = servers.as('operator').apply({ text: broken, base, path: 'delays.model.json' });
    await expect(failure).rejects.toMatchObject({ code: 'PRN-API-005', details: { status: 422 } });
    const error = await failure.catch((caught) => caught);
    const problems = error.details.problems as { file: string; line: number }[];
    expect(problems.length).toBeGreaterThanOrEqual(2);
    expect(problems[0]).toMatchObject({ file: 'delays.model.json', line: expect.any(Number) });
  });
});
