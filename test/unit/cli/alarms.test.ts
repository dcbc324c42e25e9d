import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCheck, day, finding } from '../../contracts/alarm-fixtures.ts';
import { aModelFile, type Servers, startServers } from '../api/servers.ts';
import { perennial } from './fake-terminal.ts';

let servers: Servers;
let drift: number;
beforeAll(async () => {
  servers = await startServers();
  await servers.as('operator').apply(aModelFile());
  const broken = finding('carrier', {
    kind: 'quality',
    code: 'new-category',
    severity: 'critical',
    says: 'carrier has 3 new names: ZZ, YY, XX',
  });
  const findings = [finding('temp', { says: 'temp moved up by 2.1 standard deviations' }), finding('wind'), broken];
  await servers.registry.recordCheck(aCheck('delays', day(1), { summary: 'no drift in 2 columns' }));
  const moves = await servers.registry.recordCheck(aCheck('delays', day(2), { findings, summary: 'temp moved' }));
  drift = moves.opened.find(({ kind }) => kind === 'drift')?.id ?? 0;
});
afterAll(async () => await servers.stop());

const as = (role: string, ...argv: readonly string[]) =>
  perennial(argv, { env: { PERENNIAL_API_URL: servers.api.url, PERENNIAL_TOKEN: `${role}-token` } });

describe('perennial checks', () => {
  it('lists them newest first, with what they have found', async () => {
    const { stdout } = await as('viewer', 'checks', 'delays');
    expect(stdout).toMatchInlineSnapshot(`
      "as of       verdict  champion  findings                         took  trigger   summary
      2030-01-02  ✖ alarm  –         1 quality (1 critical), 2 drift   <1s  schedule  temp moved
      2030-01-01  ✔ quiet  –         –                                 <1s  schedule  no drift in 2 colum…
        perennial checks delays --show 2030-01-02
      "
    `);
  });

  it('goes on before an instant, and shows one', async () => {
    expect((await as('viewer', 'checks', 'delays', '--limit', '1')).stdout).toContain('--before 2030-01-02');
    const { stdout } = await as('viewer', 'checks', 'delays', '--before', '2030-01-02', '--json');
    expect(JSON.parse(stdout)).toMatchObject([{ asOf: day(1), verdict: 'quiet' }]);
    expect((await as('viewer', 'checks', 'delays', '--show', '2030-01-02')).stdout).toBe('delays: alarm. temp moved\n');
    expect((await as('viewer', 'checks', 'delays', '--show', '2030-02-02')).code).toBe(1);
    expect((await as('viewer', 'checks', 'nothing')).stderr).toContain('PRN-REGISTRY-001');
  });
});

describe('perennial alarms', () => {
  it('shows what is open', async () => {
    const { stdout, code } = await as('viewer', 'alarms', 'delays', '--exit-status');
    expect(code).toBe(2);
    expect(stdout).toMatchInlineSnapshot(`
      "2 open
        alarm  model   kind                 since       last seen   state
            2  delays  drift    ● warning   2030-01-02  2030-01-02  open
               temp moved up by 2.1 standard deviations (and 1 more)
            1  delays  quality  ✖ critical  2030-01-02  2030-01-02  open
               carrier has 3 new names: ZZ, YY, XX
        perennial alarms show 2
      "
    `);
  });

  it('shows all that one has found', async () => {
    const { stdout } = await as('viewer', 'alarms', 'show', String(drift));
    expect(stdout.replaceAll(/opened \d{4}-\d\d-\d\d \d\d:\d\d/g, 'opened then')).toMatchInlineSnapshot(`
      "drift alarm 2 of delays  ● warning
        since 2030-01-02, last seen 2030-01-02, opened then

                   column  code     segment  since
        ● warning  temp    shifted  –        2030-01-02
               temp moved up by 2.1 standard deviations
        ● warning  wind    shifted  –        2030-01-02
               wind moved
        perennial checks delays --show 2030-01-02
      "
    `);
  });

  it('takes the word of an operator, and of nobody less', async () => {
    const why = ['--reason', 'the sensor is being replaced'];
    expect((await as('viewer', 'alarms', 'ack', String(drift), ...why)).stderr).toContain('PRN-API-002');
    expect((await as('operator', 'alarms', 'ack', String(drift), ...why)).code).toBe(0);
    expect((await as('viewer', 'alarms')).stdout).toContain('operator knows');
    expect((await as('operator', 'alarms', 'snooze', String(drift), '--until', '2040-01-01', ...why)).stdout).toContain(
      `Alarm ${drift} is silent until 2040-01-01 00:00 UTC`,
    );
    expect((await as('viewer', 'alarms')).stdout).toContain('snoozed until 2040-01-01');
    expect((await as('operator', 'alarms', 'snooze', String(drift), '--wake', ...why)).stdout).toContain('is awake');
  });

  it('asks for a reason, and refuses what makes no sense', async () => {
    expect((await as('operator', 'alarms', 'ack', String(drift))).code).toBe(3);
    expect((await as('operator', 'alarms', 'ack', 'temp', '--reason', 'why')).stderr).toContain('PRN-CLI-002');
    expect((await as('operator', 'alarms', 'mute', 'delays', '--reason', 'why not')).stderr).toContain('PRN-CLI-002');
    const past = await as(
      'operator',
      'alarms',
      'snooze',
      String(drift),
      '--until',
      '2001-01-01',
      '--reason',
      'why not',
    );
    expect(past.stderr).toContain('PRN-REGISTRY-014');
    const twice = ['alarms', 'snooze', String(drift), '--until', '2040-01-01', '--for', '3d', '--reason', 'why not'];
    expect((await as('operator', ...twice)).stderr).toContain('PRN-CLI-002');
  });

  it('mutes and unmutes', async () => {
    const mute = ['delays', 'carrier', '--code', 'new-category', '--reason', 'a merger'];
    expect((await as('operator', 'alarms', 'mute', ...mute)).stdout).toContain('carrier, code new-category of delays');
    const { stdout } = await as('viewer', 'alarms', 'delays', '--all');
    expect(stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'then')).toMatchInlineSnapshot(`
      "1 open
        alarm  model   kind              since       last seen   state
            2  delays  drift  ● warning  2030-01-02  2030-01-02  operator knows
               temp moved up by 2.1 standard deviations (and 1 more)
        perennial alarms show 2

      1 closed
        alarm  model   kind     since       last seen   closed            because
            1  delays  quality  2030-01-02  2030-01-02  then  muted
               carrier has 3 new names: ZZ, YY, XX

      1 muted
        column   code          until     by        why
        carrier  new-category  for ever  operator  a merger
      "
    `);
    expect((await as('operator', 'alarms', 'unmute', ...mute)).code).toBe(0);
    expect((await as('operator', 'alarms', 'unmute', ...mute)).stderr).toContain('PRN-REGISTRY-015');
  });

  it('closes by hand, with the actor in the history', async () => {
    await as('operator', 'alarms', 'close', String(drift), '--reason', 'a new airport');
    expect((await as('viewer', 'alarms', '--json')).stdout).toContain('"alarms": []');
    const { events } = await servers.as('viewer').history('delays');
    expect(events[0]).toMatchObject({
      kind: 'alarm.closed',
      reason: 'a new airport',
      actor: { name: 'operator', via: 'cli' },
    });
  });
});
