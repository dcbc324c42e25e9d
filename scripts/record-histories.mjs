#!/usr/bin/env node
// Records test/replay/histories anew, by telling every story of test/replay/stories.ts on a dev server.
// Only for a change that no open run can meet any more: test/replay/README.md says when.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './setup/paths.mjs';

const vitest = join('node_modules', 'vitest', 'vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/replay/stories.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PERENNIAL_RECORD_HISTORIES: '1' },
});
process.exitCode = status ?? 1;
