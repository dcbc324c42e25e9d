import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, venvPython } from './paths.mjs';
import { digestOf, isStamped, writeStamp } from './stamp.mjs';
import { fillVenv } from './virtual-environment.mjs';

const requirementFiles = [
  'trainers/requirements.lock',
  'trainers/requirements-sweep.lock',
  'trainers/requirements-dev.lock',
  'examples/flights/requirements.txt',
];

export const pythonPackages = {
  title: 'Python environment',
  expected: 'a few minutes the first time',
  isDone: () => existsSync(venvPython()) && isStamped('.venv', pythonDigest()),
  run: async () => {
    await fillVenv('.venv', requirementFiles);
    makeTrainersImportable();
    writeStamp('.venv', pythonDigest());
  },
};

function pythonDigest() {
  // A virtual environment holds absolute paths: a moved checkout needs a new one.
  return digestOf(requirementFiles, [root]);
}

/** A path file does what an editable install does, without a build back end that pip would have to fetch first. */
function makeTrainersImportable() {
  const lib = join(root, '.venv', 'lib');
  const version = readdirSync(lib).find((name) => name.startsWith('python3'));
  const source = existsSync(join(root, 'trainers', 'src')) ? join(root, 'trainers', 'src') : join(root, 'trainers');
  writeFileSync(join(lib, version, 'site-packages', 'perennial-trainers.pth'), `${source}\n`);
}
