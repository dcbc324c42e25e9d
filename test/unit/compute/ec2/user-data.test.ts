import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Ec2Settings } from '../../../../src/compute/ec2/settings.ts';
import { userData } from '../../../../src/compute/ec2/user-data.ts';
import { digest, order, settings } from './orders.ts';

const bench = mkdtempSync(join(tmpdir(), 'user-data-'));
afterAll(() => rmSync(bench, { recursive: true, force: true }));

/** Runs the script with a shutdown and a docker that only write down how they were called. */
function runScript(script: string, dockerEnds = 0): { status: number; printed: string; calls: string; env: string } {
  const path = (name: string) => join(bench, name);
  const stub = (name: string, body: string) => {
    writeFileSync(path(name), `#!/bin/bash\necho "${name} $*" >> '${path('calls')}'\n${body}\n`);
    chmodSync(path(name), 0o755);
  };
  stub('shutdown', '');
  stub('docker', `env -0 > '${path('env')}'\necho 'no such device'\nexit ${dockerEnds}`);
  writeFileSync(path('calls'), '');
  writeFileSync(path('env'), '');
  writeFileSync(path('script'), script);
  const ended = { status: 0, printed: '' };
  try {
    const env = { PATH: `${bench}:/usr/bin:/bin` };
    ended.printed = execFileSync('/bin/bash', [path('script')], { env, encoding: 'utf8' });
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string };
    Object.assign(ended, { status, printed: stdout });
  }
  return { ...ended, calls: readFileSync(path('calls'), 'utf8'), env: readFileSync(path('env'), 'utf8') };
}

function withCommand(command: string): Ec2Settings {
  return { ...settings, program: { kind: 'command', command } };
}

describe('the script of a machine', () => {
  test('is this, to the letter', () => {
    expect(userData(order, settings)).toBe(`#!/bin/bash
shutdown -P +240
trap 'shutdown -h now' EXIT
export PERENNIAL_TRAINING_QUEUE='vm-run-7-boosted-t3-2'
export PERENNIAL_TRAINING_SLOTS='1'
export PERENNIAL_STORE='s3://ml-objects/perennial'
export TEMPORAL_ADDRESS='temporal.internal:7233'
export TEMPORAL_NAMESPACE='ml'
export PERENNIAL_MACHINE='ec2'
export AWS_REGION='us-east-1'
export PERENNIAL_TEMPORAL_CREDENTIAL='/perennial/temporal'
log=$(mktemp /tmp/perennial-worker.XXXXXX)
status=0
(
  docker run --rm --gpus all -e PERENNIAL_TRAINING_QUEUE -e PERENNIAL_TRAINING_SLOTS -e PERENNIAL_STORE -e TEMPORAL_ADDRESS -e TEMPORAL_NAMESPACE -e PERENNIAL_MACHINE -e AWS_REGION -e PERENNIAL_TEMPORAL_CREDENTIAL 'ghcr.io/perennial/training@${digest}'
) >"$log" 2>&1 || status=$?
if [ "$status" -ne 0 ]; then
  echo "perennial: the training worker ended with status $status; its last lines:"
  tail -n 80 "$log"
fi
exit "$status"
`);
  });

  test('arms the end before anything else and switches the machine off when the worker is done', () => {
    const { calls, status } = runScript(userData(order, settings));
    expect(status).toBe(0);
    expect(calls.split('\n').map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'shutdown -P +240',
      'docker run --rm',
      'shutdown -h now',
      '',
    ]);
  });

  test('prints the last lines of a worker that failed, and switches off all the same', () => {
    const { status, printed, calls } = runScript(userData(order, settings), 125);
    expect(status).toBe(125);
    expect(printed).toContain('ended with status 125; its last lines:\nno such device');
    expect(calls).toMatch(/shutdown -h now\n$/);
  });

  test.each(["it's", '$(touch /tmp/owned)', '`id`', 'a"b\\c', "'; rm -rf / #", 'two\nlines', '$HOME $$', '!!', ''])(
    'hands on the value %j as it is',
    (store) => {
      const { env, status } = runScript(userData(order, { ...settings, store }));
      expect(status).toBe(0);
      expect(env.split('\0')).toContain(`PERENNIAL_STORE=${store}`);
    },
  );

  test('asks for no GPU on a machine that has none', () => {
    const script = userData({ ...order, offer: { ...order.offer, gpus: 0 } }, settings);
    expect(script).not.toContain('--gpus');
  });

  test('logs in to a private registry of AWS before it pulls', () => {
    const image = `123456789012.dkr.ecr.us-east-1.amazonaws.com/training@${digest}`;
    const script = userData(order, { ...settings, program: { kind: 'image', image } });
    expect(script).toContain('--password-stdin 123456789012.dkr.ecr.us-east-1.amazonaws.com || exit 1\n  docker run');
  });

  test('runs a baked-in worker’s command as it stands, quotes and mistakes included', () => {
    const ran = runScript(userData(order, withCommand(`printf '%s|' "$PERENNIAL_TRAINING_QUEUE" 'a b' >&2; exit 3`)));
    expect(ran.printed).toContain('vm-run-7-boosted-t3-2|a b|');
    expect(ran.status).toBe(3);
    const broken = runScript(userData(order, withCommand('if then (')));
    expect(broken.printed).toContain('syntax error');
    expect(broken.calls).toBe('shutdown -P +240\nshutdown -h now\n');
  });

  test('names the endpoint of the store only where it is not AWS’s own', () => {
    const local = { ...settings, storeEndpoint: 'http://10.0.0.1:7070' };
    expect(userData(order, settings)).not.toContain('ENDPOINT');
    expect(userData(order, local)).toContain("export PERENNIAL_S3_ENDPOINT='http://10.0.0.1:7070'\n");
  });

  test('rounds minutes up and never arms an end of zero minutes', () => {
    expect(userData({ ...order, minutes: 0.2 }, settings)).toContain('shutdown -P +1\n');
  });
});
