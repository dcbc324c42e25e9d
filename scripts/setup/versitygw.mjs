import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { capture, isOnPath, lastLines } from './command.mjs';
import { cachedVersitygw, versitygwVersion } from './paths.mjs';

/**
 * A real S3 server, compiled from its published module, for the tests of the S3 object store. Never fails:
 * test/fixtures/s3-server.ts says so where it is needed.
 */
export const versitygw = {
  title: `S3 server of the tests (versitygw ${versitygwVersion})`,
  expected: 'two to seven minutes to compile, once per machine',
  isDone: () => existsSync(cachedVersitygw()),
  run: async (say) => {
    if (!isOnPath('go', ['version'])) {
      say(
        'no Go here: the tests of the S3 object store will fail until Go 1.24 or newer is installed and this ran again',
      );
      return;
    }
    const problem = await compile();
    if (problem)
      say(`it could not be compiled, and the tests of the S3 object store will fail without it:\n${problem}`);
  },
};

async function compile() {
  mkdirSync(dirname(cachedVersitygw()), { recursive: true });
  const folder = mkdtempSync(join(dirname(cachedVersitygw()), '.compile-'));
  try {
    const target = `github.com/versity/versitygw/cmd/versitygw@v${versitygwVersion}`;
    // Module and build caches of its own, deleted afterwards: nobody needs the sources again.
    const env = { GOBIN: folder, GOMODCACHE: join(folder, 'modules'), GOCACHE: join(folder, 'objects') };
    const go = await capture('go', ['install', '-modcacherw', target], { env });
    if (go.status !== 0) return lastLines(go.output);
    const program = join(folder, 'versitygw');
    if (!isOnPath(program)) return 'the program that came out does not start';
    renameSync(program, cachedVersitygw());
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
