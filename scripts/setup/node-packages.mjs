import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { oldestNode, root } from './paths.mjs';
import { digestOf, isStamped, writeStamp } from './stamp.mjs';

export function checkNode() {
  if (process.platform === 'win32') {
    throw new SetupFailure('', 'Windows itself is not supported.', 'Use WSL 2 with a Linux distribution.');
  }
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = oldestNode.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new SetupFailure(
    '',
    `Node ${process.versions.node} is too old: Perennial needs ${oldestNode} or newer.`,
    'Install Node 22 or 24 (for example with nvm, fnm or your system packages) and run this again.',
  );
}

export const nodePackages = {
  title: 'npm packages',
  expected: 'about a minute',
  isDone: () => isStamped('node_modules', nodeDigest()),
  run: async () => {
    if (!matchesLockFile()) {
      // The CPU build of ONNX Runtime is inside its package; the script that is skipped would fetch 400 MB of CUDA parts.
      const npm = await capture('npm', ['ci', '--no-progress'], { env: { ONNXRUNTIME_NODE_INSTALL: 'skip' } });
      if (npm.status !== 0) {
        throw new SetupFailure(
          '',
          `npm ci failed:\n${firstErrors(npm.output)}`,
          'Check the network and run this again.',
        );
      }
    }
    writeStamp('node_modules', nodeDigest());
  },
};

/** npm says the reason first and its usage, a screen long, last. */
function firstErrors(output) {
  const errors = output.split('\n').filter((line) => /^npm error ./.test(line));
  return (errors.length > 0 ? errors : output.split('\n')).slice(0, 12).join('\n');
}

function nodeDigest() {
  return digestOf(['package-lock.json'], [process.platform, process.arch]);
}

/** Whether an earlier `npm install` has left exactly what the lock file asks for, so that nothing needs to be replaced. */
function matchesLockFile() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const found = JSON.parse(readFileSync(installed, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const isSame = ([path, entry]) => {
    if (path === '') return true;
    if (!found[path]) return entry.optional === true;
    return found[path].version === entry.version && existsSync(join(root, path, 'package.json'));
  };
  return Object.entries(wanted).every(isSame) && Object.keys(found).every((path) => wanted[path]);
}
