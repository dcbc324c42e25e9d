import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { capture, lastLines } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { root } from './paths.mjs';
import { digestOf, isStamped, writeStamp } from './stamp.mjs';

const sourceFolders = ['workflows', 'activities', 'workers', 'src', 'examples', 'bench'];
const configuration = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const tsc = join('node_modules', 'typescript7', 'bin', 'tsc');
const bundler = join('dist', 'workers', 'bundle.js');

export const build = {
  title: 'build',
  expected: 'a few seconds',
  isDone: () => isStamped('dist', buildDigest()),
  run: async () => {
    const digest = buildDigest();
    const compiled = await capture(process.execPath, [tsc, '--project', 'tsconfig.build.json']);
    if (compiled.status !== 0) {
      throw new SetupFailure(
        '',
        `tsc found errors:\n${lastLines(compiled.output, 60)}`,
        'Correct them and run this again.',
      );
    }
    removeOutputWithoutSource();
    await bundleWorkflows();
    writeStamp('dist', digest);
  },
};

/** One prebuilt bundle, so that a worker starts in half a second instead of running webpack each time. */
async function bundleWorkflows() {
  if (!existsSync(join(root, bundler))) return;
  const bundled = await capture(process.execPath, [bundler]);
  if (bundled.status === 0) return;
  throw new SetupFailure('', `The workflow bundle failed:\n${lastLines(bundled.output, 40)}`, `Run: node ${bundler}`);
}

function buildDigest() {
  const sources = sourceFolders.flatMap((folder) => filesIn(join(root, folder))).filter((path) => path.endsWith('.ts'));
  return digestOf([...configuration, ...sources.map((path) => relative(root, path)).sort()], [process.versions.node]);
}

/** tsc never deletes: without this a removed or renamed source would go on working from its old output. */
function removeOutputWithoutSource() {
  for (const folder of sourceFolders) {
    for (const output of filesIn(join(root, 'dist', folder))) {
      const source = relative(join(root, 'dist'), output).replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts');
      if (source.endsWith('.ts') && !existsSync(join(root, source))) rmSync(output);
    }
  }
}

function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
