#!/usr/bin/env node
// Sets up what is missing, runs the test suites named (default: all that need no killing and no cloud) and ends with
// one line of totals. Suites: the vitest projects of vitest.config.ts, and `trainers` for the Python tests.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, venvPython } from './setup/paths.mjs';
import { add, closingLine, pytestTotals, vitestTotals } from './test/totals.mjs';

const named = process.argv.slice(2);
const suites = named.length > 0 ? named : ['unit', 'servers', 'workflow', 'replay', 'e2e', 'trainers'];
const results = mkdtempSync(join(tmpdir(), 'perennial-test-'));

try {
  const needs = ['--tests', ...(suites.includes('cloud') ? ['--cloud'] : [])];
  const setup = run(process.execPath, ['scripts/setup.mjs', '--quiet', ...needs]);
  process.exitCode = setup === 0 ? runSuites() : report({ passed: 0, failed: 1, skipped: 0 });
} finally {
  rmSync(results, { recursive: true, force: true });
}

function runSuites() {
  let totals = { passed: 0, failed: 0, skipped: 0 };
  const projects = suites.filter((suite) => suite !== 'trainers');
  if (projects.length > 0) totals = add(totals, runVitest(projects));
  if (suites.includes('trainers')) totals = add(totals, runPytest());
  return report(totals);
}

function report(totals) {
  console.log(`\n${closingLine(totals)}`);
  return totals.failed > 0 || totals.passed === 0 ? 1 : 0;
}

function runVitest(projects) {
  const report = join(results, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const names = projects.flatMap((project) => ['--project', project]);
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const status = run(process.execPath, [vitest, 'run', '--passWithNoTests', ...names, ...reporters]);
  return vitestTotals(report, status);
}

function runPytest() {
  const report = join(results, 'pytest.xml');
  const status = run(venvPython(), ['-m', 'pytest', '-p', 'no:cacheprovider', `--junitxml=${report}`], 'trainers');
  return pytestTotals(report, status);
}

function run(command, args, folder = '.') {
  return spawnSync(command, args, { cwd: join(root, folder), stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 1;
}
