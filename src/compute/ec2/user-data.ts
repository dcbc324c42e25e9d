import type { LaunchOrder } from '../machines.ts';
import type { Ec2Settings } from './settings.ts';

/**
 * The script that a machine runs once, at its first start. Its second line arms the machine's own end, before anything
 * that can hang (a download, a driver, a dead network). It holds no secret: whoever may describe the instance may read it.
 */
export function userData(order: LaunchOrder, settings: Ec2Settings): string {
  const values = environmentOf(order, settings);
  return [
    '#!/bin/bash',
    `shutdown -P +${Math.max(1, Math.ceil(order.minutes))}`,
    // With the shutdown behaviour "terminate", switching off is what ends the bill; the script ending is not.
    "trap 'shutdown -h now' EXIT",
    ...Object.entries(values).map(([name, value]) => `export ${name}=${quoted(value)}`),
    'log=$(mktemp /tmp/perennial-worker.XXXXXX)',
    'status=0',
    '(',
    ...programLines(order, settings, Object.keys(values)),
    ') >"$log" 2>&1 || status=$?',
    'if [ "$status" -ne 0 ]; then',
    '  echo "perennial: the training worker ended with status $status; its last lines:"',
    '  tail -n 80 "$log"',
    'fi',
    'exit "$status"',
    '',
  ].join('\n');
}

function environmentOf({ queue }: LaunchOrder, settings: Ec2Settings): Record<string, string> {
  const { region, store, storeEndpoint, temporal } = settings;
  return {
    PERENNIAL_TRAINING_QUEUE: queue,
    PERENNIAL_TRAINING_SLOTS: '1',
    PERENNIAL_STORE: store,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    PERENNIAL_MACHINE: 'ec2',
    AWS_REGION: region,
    ...(temporal.credential && { PERENNIAL_TEMPORAL_CREDENTIAL: temporal.credential }),
    ...(storeEndpoint && { PERENNIAL_S3_ENDPOINT: storeEndpoint }),
  };
}

function programLines({ offer }: LaunchOrder, { program, region }: Ec2Settings, names: readonly string[]): string[] {
  if (program.kind === 'command') return [`  bash -c ${quoted(program.command)}`];
  const registry = program.image.match(/^[0-9]+\.dkr\.ecr\.[^/]+/)?.[0];
  const login = `  aws ecr get-login-password --region ${quoted(region)} | docker login --username AWS --password-stdin ${registry} || exit 1`;
  const gpus = offer.gpus > 0 ? ' --gpus all' : '';
  const variables = names.map((name) => ` -e ${name}`).join('');
  return [...(registry ? [login] : []), `  docker run --rm${gpus}${variables} ${quoted(program.image)}`];
}

/** Single quotes switch off everything that a shell could read into a value; a quote itself is closed, escaped and opened again. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
