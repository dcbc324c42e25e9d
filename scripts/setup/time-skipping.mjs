import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { capture, isOnPath } from './command.mjs';
import { testServerFolder, testServerVersion } from './paths.mjs';

/**
 * Temporal's time-skipping server, for tests that wait for days. The SDK downloads one by itself; where it cannot,
 * the same server comes as a Java library. Never fails: test/workflow/time-skipping.ts says so where it is needed.
 */
export const timeSkippingServer = {
  title: 'time-skipping test server',
  expected: 'half a minute',
  isDone: () => existsSync(join(testServerFolder(), 'test-server')),
  run: async (say) => {
    if (!isOnPath('java', ['-version']) || !isOnPath('mvn')) {
      say('neither Java nor Maven here: the Temporal SDK will download it when a test needs it');
      return;
    }
    mkdirSync(dirname(testServerFolder()), { recursive: true });
    const folder = mkdtempSync(join(dirname(testServerFolder()), '.fetch-'));
    try {
      writeFileSync(join(folder, 'pom.xml'), pom());
      const copy = ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=lib'];
      const maven = await capture('mvn', copy, { cwd: folder, timeoutMs: 300_000 });
      if (maven.status !== 0) {
        say('Maven could not fetch it: the Temporal SDK will download it when a test needs it');
        return;
      }
      rmSync(join(folder, 'pom.xml'));
      writeLauncher(join(folder, 'test-server'));
      if (!existsSync(testServerFolder())) renameSync(folder, testServerFolder());
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function writeLauncher(path) {
  const java = 'exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$(dirname "$0")/lib/*"';
  writeFileSync(path, `#!/bin/sh\n${java} io.temporal.testserver.TestServer "$@"\n`);
  chmodSync(path, 0o755);
}

function pom() {
  return `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>perennial</groupId><artifactId>test-server</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${testServerVersion}</version></dependency>
  </dependencies>
</project>
`;
}
