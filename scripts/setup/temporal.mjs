import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { capture, isOnPath, lastLines } from './command.mjs';
import { SetupFailure } from './failure.mjs';
import { cachedTemporal, root, temporalVersion } from './paths.mjs';

/** The server and its UI are inside this one program; see docs/decisions for why this exact version. */
export const temporalBinary = {
  title: `Temporal ${temporalVersion}`,
  expected: 'a minute, or three where it must be compiled',
  isDone: () => existsSync(cachedTemporal()),
  run: async (say) => {
    mkdirSync(dirname(cachedTemporal()), { recursive: true });
    if ((await download()) || linkFromPath()) return;
    if (!isOnPath('go', ['version'])) throw unavailable('There is no Go tool chain to compile it with either.');
    say('it could not be downloaded, compiling it with Go: two to four minutes');
    const problem = await compile();
    if (problem) throw unavailable(`Compiling it failed:\n${problem}`);
  },
};

function unavailable(reason) {
  return new SetupFailure(
    'PRN-PLATFORM-004',
    `Temporal ${temporalVersion} could not be had: the download failed and no \`temporal\` is on the PATH. ${reason}`,
    `Put the Temporal CLI ${temporalVersion} on the PATH or at ${cachedTemporal()}, or install Go 1.24 or newer; then run this again.`,
  );
}

/** The Temporal SDK knows the right archive for this machine; it downloads in a child, because it also starts what it got. */
async function download() {
  const folder = mkdtempSync(join(dirname(cachedTemporal()), '.download-'));
  try {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'download-temporal.mjs'), folder], {
      cwd: root,
      stdio: 'ignore',
    });
    const exited = new Promise((done) => child.once('exit', () => done(true)));
    for (let progress = progressOf(folder), since = Date.now(); ; ) {
      if (await Promise.race([exited, sleep(500, false)])) break;
      if (progressOf(folder) !== progress) [progress, since] = [progressOf(folder), Date.now()];
      if (Date.now() - since > 20_000) child.kill('SIGKILL');
    }
    const name = readdirSync(folder).find((file) => !file.endsWith('.downloading'));
    return name !== undefined && adopt(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function progressOf(folder) {
  return readdirSync(folder)
    .map((name) => `${name}:${statSync(join(folder, name)).size}`)
    .join();
}

function linkFromPath() {
  const found = spawnSync('sh', ['-c', 'command -v temporal'], { encoding: 'utf8' }).stdout.trim();
  if (found === '' || !isRightVersion(found)) return false;
  const copy = `${cachedTemporal()}.${process.pid}`;
  copyFileSync(found, copy);
  return adopt(copy);
}

async function compile() {
  const folder = mkdtempSync(join(dirname(cachedTemporal()), '.compile-'));
  try {
    const target = `github.com/temporalio/cli/cmd/temporal@v${temporalVersion}`;
    // Module and build caches of its own, deleted afterwards: the sources take two gigabytes that nobody needs again.
    const env = { GOBIN: folder, GOMODCACHE: join(folder, 'modules'), GOCACHE: join(folder, 'objects') };
    const go = await capture('go', ['install', '-modcacherw', target], { env });
    if (go.status !== 0) return lastLines(go.output);
    return adopt(join(folder, 'temporal')) ? undefined : 'the program that came out does not start';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Moves a program that works into its final place in one step, so that nobody ever sees half a file. */
function adopt(path) {
  const works = spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0;
  if (works) renameSync(path, cachedTemporal());
  else rmSync(path, { force: true });
  return works;
}

function isRightVersion(path) {
  const printed = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 30_000 }).stdout ?? '';
  // A program compiled by `go install` calls itself 0.0.0-DEV.
  return printed.includes(temporalVersion) || printed.includes('0.0.0-DEV');
}
