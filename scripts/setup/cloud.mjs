import { existsSync } from 'node:fs';
import { root } from './paths.mjs';
import { digestOf, isStamped, writeStamp } from './stamp.mjs';
import { fillVenv, pythonOf } from './virtual-environment.mjs';

const folder = '.venv-cloud';
const requirementFiles = ['test/cloud/requirements.lock'];

/** moto, over which test/cloud/fakecloud is an EC2 whose machines boot; apart, because its pins are not the trainers'. */
export const cloudPackages = {
  title: 'cloud of the tests',
  expected: 'half a minute, 140 MB',
  isDone: () => existsSync(pythonOf(folder)) && isStamped(folder, digest()),
  run: async () => {
    await fillVenv(folder, requirementFiles);
    writeStamp(folder, digest());
  },
};

function digest() {
  // A virtual environment holds absolute paths: a moved checkout needs a new one.
  return digestOf(requirementFiles, [root]);
}
