import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from '../setup/command.mjs';
import { root, venvPython } from '../setup/paths.mjs';
import { findBoundaryBreaches } from './boundaries.mjs';
import { findShapeProblems } from './shape.mjs';

const pythonSettings = 'trainers/pyproject.toml';
// Seen from the root, so that the examples know which imports are ours.
const ruffSettings = ['--config', pythonSettings, '--config', 'src=["trainers"]'];

// Its types need moto, which only the environment of `npm run test:cloud` has.
const fakeCloud = 'test/cloud/fakecloud';

/**
 * Each check answers with its problems as text, or with an empty string. `needs` names a file without which there is
 * nothing to check. The slow ones stand first, so that they overlap.
 */
export const checks = [
  { name: 'mypy', run: () => python('mypy', ['--config-file', pythonSettings, ...pythonSources()]) },
  { name: 'boundaries', run: async () => (await findBoundaryBreaches()).join('\n') },
  { name: 'types', run: () => node('typescript7/bin/tsc', ['--noEmit', '--pretty', 'false']) },
  { name: 'dead-code', run: () => node('knip/bin/knip.js', ['--no-progress']) },
  { name: 'format-and-lint', run: () => node('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']) },
  { name: 'shape', run: async () => findShapeProblems().problems.join('\n') },
  { name: 'ruff', run: () => python('ruff', ['check', ...ruffSettings, ...pythonSources(), fakeCloud]) },
  {
    name: 'ruff-format',
    run: () => python('ruff', ['format', '--check', ...ruffSettings, ...pythonSources(), fakeCloud]),
  },
  { name: 'lock-file', run: () => script('scripts/complete-lock.mjs', ['--check']) },
  { name: 'reference', needs: 'scripts/reference.mjs', run: () => script('scripts/reference.mjs', ['--check']) },
];

/** The trainers, and whatever Python the examples hold. */
function pythonSources() {
  const examples = join(root, 'examples');
  const folders = existsSync(examples) ? readdirSync(examples) : [];
  const holdsPython = (folder) => readdirSync(join(examples, folder), { recursive: true }).some(isPython);
  return ['trainers', ...folders.filter(holdsPython).map((folder) => join('examples', folder))];
}

function isPython(file) {
  return file.endsWith('.py');
}

function node(tool, args) {
  return script(join('node_modules', tool), args);
}

function script(path, args) {
  return problemsOf(process.execPath, [path, ...args]);
}

function python(module, args) {
  return problemsOf(venvPython(), ['-m', module, ...args]);
}

async function problemsOf(command, args) {
  const { status, output } = await capture(command, args, { env: { NO_COLOR: '1' }, timeoutMs: 300_000 });
  return status === 0 ? '' : output.trim() || `exit code ${status}`;
}
