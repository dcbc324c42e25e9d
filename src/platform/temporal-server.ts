import { searchAttributes } from '../../workflows/search-attributes.ts';

const dynamicConfig = {
  'history.transferProcessorMaxPollRPS': 2000,
  'history.timerProcessorMaxPollRPS': 2000,
  'history.visibilityProcessorMaxPollRPS': 2000,
  'system.enableActivityEagerExecution': true,
  // Teams share busy machines, and urgent work comes first: exactly so only where a queue is one, not the usual four parts.
  'matching.enableFairness': true,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
};

/** The server's own settings, as `name=value`; deploy/temporal/dynamic-config.yaml has those of a cluster. */
export const temporalConfiguration: readonly string[] = Object.entries(dynamicConfig).map(
  ([name, value]) => `${name}=${value}`,
);

/**
 * Arguments of the embedded Temporal server. Its defaults allow 20 task transfers a second and sync the disk at every commit; with WAL and
 * higher rates a step takes a twelfth of the time. `synchronous=NORMAL` still survives kill -9.
 */
export function temporalServerArgs(options: {
  readonly databaseFile: string;
  readonly port: number;
  readonly uiPort: number;
}): string[] {
  return [
    ...[
      'server',
      'start-dev',
      '--ip',
      '127.0.0.1',
      '--port',
      `${options.port}`,
      '--ui-ip',
      '127.0.0.1',
      '--ui-port',
      `${options.uiPort}`,
    ],
    ...['--db-filename', options.databaseFile, '--log-level', 'error'],
    ...['journal_mode=WAL', 'synchronous=NORMAL', 'busy_timeout=5000'].flatMap((pragma) => ['--sqlite-pragma', pragma]),
    ...temporalConfiguration.flatMap((value) => ['--dynamic-config-value', value]),
    ...Object.values(searchAttributes).flatMap(({ name }) => ['--search-attribute', `${name}=Keyword`]),
  ];
}
