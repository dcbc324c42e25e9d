import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMeasure } from '../../../src/alarm/measures.ts';
import { aCheck, day, finding } from '../../contracts/alarm-fixtures.ts';
import { aModelFile, type Servers, startServers } from './servers.ts';

let servers: Servers;
let page: string;
beforeAll(async () => {
  servers = await startServers();
  for (const model of ['delays', 'unchecked']) await servers.as('operator').apply(aModelFile({ model }));
  const wide = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`drift.effect/c${at}`, at / 1_000]));
  const measures = {
    ...{ 'drift.effect/temp': 0.7, 'quality.missing_share/temp': 0.25, 'quality.rows': 1_200 },
    ...{ 'performance.auc/estimated': 0.71, 'performance.auc/realised': 0.68, 'prediction.effect/score': 0.2 },
    ...{ 'drift.effect/unknown': null, 'odd name': 3, ...wide },
  };
  const findings = [finding('temp'), finding('wind', { severity: 'critical' })];
  await servers.registry.recordCheck(aCheck('delays', day(1), { measures: { 'quality.rows': 5 } }));
  await servers.registry.recordCheck(aCheck('delays', day(2), { findings, measures }));
  page = await (await fetch(`${servers.api.url}/metrics`)).text();
});
afterAll(async () => await servers.stop());

it.each([
  'perennial_check_alarm{model="delays"} 1',
  'perennial_check_findings{model="delays",kind="drift",severity="critical"} 1',
  'perennial_check_findings{model="delays",kind="quality",severity="warning"} 0',
  'perennial_alarms_open{model="delays",kind="drift",severity="critical"} 1',
  'perennial_drift_effect{model="delays",column="temp"} 0.7',
  'perennial_data_quality_missing_share{model="delays",column="temp"} 0.25',
  'perennial_data_quality_value{model="delays",measure="rows",column=""} 1200',
  'perennial_performance_metric{model="delays",metric="auc",kind="realised"} 0.68',
  'perennial_performance_metric{model="delays",metric="auc",kind="estimated"} 0.71',
  'perennial_drift_prediction_value{model="delays",measure="effect",column="score"} 0.2',
  'perennial_model_open_alarms{model="delays"} 1',
  'perennial_model_open_alarms{model="unchecked"} 0',
])('the last check is exported: %s', (line) => {
  expect(page.split('\n')).toContain(line);
});

it('exports the columns that have moved most, and nothing of what is not known', () => {
  const columns = page.split('\n').filter((line) => line.startsWith('perennial_drift_effect{'));
  expect(columns).toHaveLength(100);
  expect(page).toContain('column="c299"');
  expect(page).not.toContain('column="c0"');
  expect(page).not.toMatch(/unknown|NaN|odd name/);
});

it('tells how old the last check is', () => {
  const [, age] = /perennial_check_age_seconds\{model="delays"\} ([\d.]+)/.exec(page) ?? [];
  expect(Number(age)).toBeLessThan(600);
});

it.each([
  ['drift.effect/temp', { area: 'drift', name: 'effect', label: 'temp' }],
  ['drift.effect/a/b c', { area: 'drift', name: 'effect', label: 'a/b c' }],
  ['quality.rows', { area: 'quality', name: 'rows', label: '' }],
  ['rows', null],
  ['weather.rows', null],
  ['quality.', null],
])('the measure %s is read', (text, measure) => {
  expect(readMeasure(text)).toEqual(measure);
});
