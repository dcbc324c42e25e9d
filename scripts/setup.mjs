#!/usr/bin/env node
// Installs everything that this checkout needs, says what it does, and does nothing the second time.
//   --quiet   say nothing where there is nothing to do
//   --tests   also fetch what only the tests need
//   --cloud   also fetch what the suite cloud needs: an EC2 of its own
// Uses built-in modules only: it runs before there are any packages.
import { parseArgs } from 'node:util';
import { build } from './setup/build.mjs';
import { cloudPackages } from './setup/cloud.mjs';
import { SetupFailure } from './setup/failure.mjs';
import { whileLocked } from './setup/lock.mjs';
import { checkNode, nodePackages } from './setup/node-packages.mjs';
import { pythonPackages } from './setup/python.mjs';
import { temporalBinary } from './setup/temporal.mjs';
import { timeSkippingServer } from './setup/time-skipping.mjs';
import { versitygw } from './setup/versitygw.mjs';

const flag = { type: 'boolean' };
const { values: flags } = parseArgs({ options: { quiet: flag, tests: flag, cloud: flag } });
const forTests = [timeSkippingServer, versitygw];
const forCloud = [versitygw, cloudPackages];
const wanted = new Set([...(flags.tests ? forTests : []), ...(flags.cloud ? forCloud : [])]);
const steps = [nodePackages, pythonPackages, temporalBinary, ...wanted, build];

try {
  checkNode();
  await setUp();
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  console.error(`\nCouldn't set up Perennial. ${error}`);
  process.exitCode = 1;
}

async function setUp() {
  const startedAt = Date.now();
  if (steps.every((step) => step.isDone())) {
    if (!flags.quiet) console.error(`set-up: nothing to do (${Date.now() - startedAt} ms)`);
    return;
  }
  await whileLocked(async () => {
    for (const step of steps) if (!step.isDone()) await take(step);
  }, say);
  console.error(`set-up: ready after ${seconds(startedAt)}`);
}

async function take(step) {
  const startedAt = Date.now();
  say(`${step.title} (${step.expected}) ...`);
  await step.run(say);
  say(`${step.title}: ${seconds(startedAt)}`);
}

function say(message) {
  console.error(`set-up: ${message}`);
}

function seconds(startedAt) {
  return `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
}
