#!/usr/bin/env node
// Every check that needs no running program, two at a time; all run, also after a failure. Names as arguments choose.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checks } from './check/checks.mjs';
import { nodePackages } from './setup/node-packages.mjs';
import { root, venvPython } from './setup/paths.mjs';
import { closingLine } from './test/totals.mjs';

if (!nodePackages.isDone() || !existsSync(venvPython())) {
  console.error('The tools are not installed, or not the locked ones. Run: npm run setup');
  process.exit(1);
}

const named = process.argv.slice(2);
const chosen = checks.filter(({ name, needs }) => {
  return named.length > 0 ? named.includes(name) : needs === undefined || existsSync(join(root, needs));
});
const totals = { passed: 0, failed: 0, skipped: 0 };
const queue = [...chosen];
await Promise.all([takeTurns(), takeTurns()]);
console.log(`\n${closingLine(totals)}`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;

async function takeTurns() {
  for (let check = queue.shift(); check; check = queue.shift()) {
    const startedAt = Date.now();
    const problems = await check.run().catch((error) => String(error.stack ?? error));
    const time = `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
    totals[problems === '' ? 'passed' : 'failed'] += 1;
    console.log(problems === '' ? `✔ ${check.name} (${time})` : `✘ ${check.name} (${time})\n${problems}`);
  }
}
