import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { runCapped } from '../report/child.ts';
import { inTempFolder, repository } from '../report/place.ts';
import { peerFolder, peerPython } from '../report/python-environment.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { flightModels } from './flight-models.ts';
import { startOurs } from './our-gateway.ts';

const capMs = 8 * 60_000;

/** What others say of the gateway: Triton's client of the v2 protocol, schemathesis with the OpenAPI document, and callers who mean no good. */
export async function outsideRows(examples: number): Promise<Row[]> {
  const models = await flightModels();
  return await inTempFolder('outside', async (folder) => {
    const gateway = await startOurs(models, folder);
    try {
      const names = (type: string) =>
        models.signature.features
          .filter((feature) => feature.type === type)
          .map(({ name }) => name)
          .join(',');
      const python = await peerPython('conformance');
      const client = [
        python,
        join(peerFolder('conformance'), 'client.py'),
        gateway.url.replace('http://', ''),
        'flight-delay',
      ];
      const conformance = await runCapped([...client, names('numeric'), names('categorical')], {
        cwd: repository,
        capMs,
      });
      const checks = conformance.output
        .split('\n')
        .filter(Boolean)
        .map((line): { check: string; ok: boolean } => JSON.parse(line));
      const failed = checks.filter(({ ok }) => !ok).map(({ check }) => check);
      const fuzz = await fuzzed(gateway.url, folder, examples);
      const slow = await slowCallers(gateway.url, 50);
      return [
        goalRow(
          `checks of the v2 protocol by tritonclient that fail, of ${checks.length}`,
          0,
          figure([failed.length + (checks.length === 0 ? 1 : 0)]),
          failed.join(', ') || undefined,
        ),
        goalRow(
          `answers of 500 and above to ${fuzz.cases} requests that schemathesis made up`,
          0,
          figure([fuzz.failures]),
        ),
        goalRow(
          's until 50 callers who send a letter a second are cut off',
          20,
          figure([slow.seconds]),
          `a prediction in between took ${slow.betweenMs.toFixed(0)} ms`,
        ),
      ];
    } finally {
      await gateway.stop();
    }
  });
}

async function fuzzed(url: string, folder: string, examples: number) {
  const bin = dirname(await peerPython('schemathesis'));
  const options = [
    '--checks',
    'not_a_server_error',
    '--max-examples',
    `${examples}`,
    '--seed',
    '7',
    '--suppress-health-check',
    'all',
  ];
  const { code, output } = await runCapped([join(bin, 'schemathesis'), 'run', `${url}/openapi.json`, ...options], {
    cwd: folder,
    capMs,
  });
  const cases = Number(/(\d+) generated/.exec(output)?.[1] ?? 0);
  const failures = Number(/Server error: (\d+)/.exec(output)?.[1] ?? (code === 0 && cases > 0 ? 0 : 1));
  return { cases, failures };
}

/** Heads that never end: how long each may hold its connection, and whether others notice. */
async function slowCallers(url: string, count: number) {
  const { hostname, port } = new URL(url);
  const startedAt = performance.now();
  const callers = Array.from({ length: count }, () => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write('POST /v1/models/flight-delay/predict HTTP/1.1\r\nhost: slow\r\nx-slow: ');
    const dripping = setInterval(() => socket.writable && socket.write('a'), 1_000);
    return new Promise((resolve) => {
      socket.resume();
      socket.once('close', () => {
        clearInterval(dripping);
        resolve(null);
      });
      setTimeout(() => socket.destroy(), 60_000).unref();
    });
  });
  const askedAt = performance.now();
  await (await fetch(`${url}/v2/models/flight-delay`)).text();
  const betweenMs = performance.now() - askedAt;
  await Promise.all(callers);
  return { seconds: (performance.now() - startedAt) / 1000, betweenMs };
}
