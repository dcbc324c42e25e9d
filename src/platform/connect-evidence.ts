import { createHash } from 'node:crypto';
import pino from 'pino';
import type { ObjectStore } from '../artifacts/object-store.ts';
import { withReports } from '../decision/reported-registry.ts';
import type { Registry } from '../registry/registry.ts';

/** sha256 of a UTF-8 text, as hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The registry whose moves leave decisions, model cards and reports behind. A page that cannot be written is only logged. */
export function openReportedRegistry(registry: Registry, store: ObjectStore): Registry {
  const logger = pino({ name: 'reports' });
  return withReports({ registry, store, sha256 }, (what, error) =>
    logger.warn({ err: error }, `model card and report of ${what} could not be written`),
  );
}
