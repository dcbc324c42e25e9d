import { searchAttributes } from '../../workflows/search-attributes.ts';

/**
 * Arguments of the embedded Temporal server. Its defaults allow 20 task transfers a second and sync the disk at every commit; with WAL and
 * higher rates a step takes a twelfth of the time. `synchronous=NORMAL` still survives kill -9.
 */
export function temporalServerArgs(options: {
  readonly databaseFile: string;
  readonly port: number;
  readonly uiPort: number;
}): string[] {
  const dynamicConfig = {
    'history.transferProcessorMaxPollRPS': 2000,
    'history.timerProcessorMaxPollRPS': 2000,
    'history.visibilityProcessorMaxPollRPS': 2000,
    'system.enableActivityEagerExecution': true,
    'matching.enableFairness': true,
  };
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
    ...Object.entries(dynamicConfig).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
    ...Object.values(searchAttributes).flatMap(({ name }) => ['--search-attribute', `${name}=Keyword`]),
  ];
}
