import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, lastLines } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { oldestPython, root, venvPython } from './paths.mjs';
import { digestOf, isStamped, writeStamp } from './stamp.mjs';

const requirementFiles = [
  'trainers/requirements.lock',
  'trainers/requirements-dev.lock',
  'examples/flights/requirements.txt',
];

export const pythonPackages = {
  title: 'Python environment',
  expected: 'a few minutes the first time',
  isDone: () => existsSync(venvPython()) && isStamped('.venv', pythonDigest()),
  run: async () => {
    await createVenv();
    const present = requirementFiles.filter((file) => existsSync(join(root, file)));
    if (present.length > 0) await install(present.flatMap((file) => ['--requirement', file]));
    makeTrainersImportable();
    writeStamp('.venv', pythonDigest());
  },
};

function pythonDigest() {
  // A virtual environment holds absolute paths: a moved checkout needs a new one.
  return digestOf(requirementFiles, [root]);
}

async function createVenv() {
  if (existsSync(venvPython()) && meetsOldest(venvPython()) && isVenvOfThisFolder()) return;
  const python = findPython();
  rmSync(join(root, '.venv'), { recursive: true, force: true });
  const venv = await capture(python, ['-m', 'venv', '.venv']);
  if (venv.status === 0) return;
  rmSync(join(root, '.venv'), { recursive: true, force: true });
  throw new SetupFailure(
    '',
    `${python} cannot make a virtual environment:\n${lastLines(venv.output, 8)}`,
    'On Debian and Ubuntu: apt-get install python3-venv. Then run this again.',
  );
}

function isVenvOfThisFolder() {
  const prefix = spawnSync(venvPython(), ['-c', 'import sys; print(sys.prefix)'], { encoding: 'utf8' }).stdout.trim();
  const pip = spawnSync(venvPython(), ['-m', 'pip', '--version'], { encoding: 'utf8' });
  return prefix === join(root, '.venv') && pip.status === 0;
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

async function install(requirements) {
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--quiet'];
  const result = await capture(venvPython(), [...pip, ...requirements]);
  if (result.status === 0) return;
  throw new SetupFailure(
    '',
    `pip install failed:\n${lastLines(result.output)}`,
    'Check the network and run this again.',
  );
}

/** A path file does what an editable install does, without a build back end that pip would have to fetch first. */
function makeTrainersImportable() {
  const lib = join(root, '.venv', 'lib');
  const version = readdirSync(lib).find((name) => name.startsWith('python3'));
  const source = existsSync(join(root, 'trainers', 'src')) ? join(root, 'trainers', 'src') : join(root, 'trainers');
  writeFileSync(join(lib, version, 'site-packages', 'perennial-trainers.pth'), `${source}\n`);
}
