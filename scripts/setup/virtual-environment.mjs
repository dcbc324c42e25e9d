import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { capture, lastLines } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { oldestPython, root } from './paths.mjs';

/** Makes the folder of the checkout a virtual environment with what these files require; keeps one that is sound. */
export async function fillVenv(folder, requirementFiles) {
  await createVenv(folder);
  await install(folder, requirementFiles);
}

/** The Python of the virtual environment in this folder, whether it is there or not. */
export function pythonOf(folder) {
  return join(root, folder, 'bin', 'python');
}

async function createVenv(folder) {
  if (existsSync(pythonOf(folder)) && meetsOldest(pythonOf(folder)) && isVenvOfThisFolder(folder)) return;
  const python = findPython();
  rmSync(join(root, folder), { recursive: true, force: true });
  const venv = await capture(python, ['-m', 'venv', folder]);
  if (venv.status === 0) return;
  rmSync(join(root, folder), { recursive: true, force: true });
  throw new SetupFailure(
    '',
    `${python} cannot make a virtual environment:\n${lastLines(venv.output, 8)}`,
    'On Debian and Ubuntu: apt-get install python3-venv. Then run this again.',
  );
}

function isVenvOfThisFolder(folder) {
  const say = ['-c', 'import sys; print(sys.prefix)'];
  const prefix = spawnSync(pythonOf(folder), say, { encoding: 'utf8' }).stdout.trim();
  const pip = spawnSync(pythonOf(folder), ['-m', 'pip', '--version'], { encoding: 'utf8' });
  return prefix === join(root, folder) && pip.status === 0;
}

function findPython() {
  const names = process.env.PERENNIAL_PYTHON
    ? [process.env.PERENNIAL_PYTHON]
    : ['python3.11', 'python3.12', 'python3.13', 'python3', 'python'];
  const found = names.find(meetsOldest);
  if (found) return found;
  throw new SetupFailure(
    '',
    `No Python ${oldestPython.join('.')} or newer among: ${names.join(', ')}.`,
    'The trainers are Python programs. Install Python 3.11 with venv, or name one in PERENNIAL_PYTHON.',
  );
}

function meetsOldest(python) {
  const test = `import sys; sys.exit(0 if sys.version_info >= (${oldestPython.join(', ')}) else 1)`;
  return spawnSync(python, ['-c', test], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

async function install(folder, requirementFiles) {
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--quiet'];
  const required = requirementFiles.filter((file) => existsSync(join(root, file)));
  if (required.length === 0) return;
  const result = await capture(pythonOf(folder), [...pip, ...required.flatMap((file) => ['--requirement', file])]);
  if (result.status === 0) return;
  throw new SetupFailure(
    '',
    `pip install failed:\n${lastLines(result.output)}`,
    'Check the network and run this again.',
  );
}
