#!/usr/bin/env node
// Compiles to dist/ and bundles the workflows, also when nothing has changed.
import { build } from './setup/build.mjs';
import { SetupFailure } from './setup/failure.mjs';

try {
  await build.run();
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  console.error(String(error));
  process.exitCode = 1;
}
