import { DefaultLogger, type RuntimeOptions } from '@temporalio/worker';
import pino from 'pino';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** One line of JSON per event on standard output, like every other program here; SIGTERM drains. */
export function runtimeOptions(name: string): RuntimeOptions {
  const log = pino({ name, serializers: { error: pino.stdSerializers.err } });
  return {
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => log[levels[level]](meta ?? {}, message)),
    shutdownSignals: ['SIGTERM', 'SIGINT'],
  };
}
