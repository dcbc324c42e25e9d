import { PerennialError } from '../errors/error.ts';
import type { VersionRecord } from '../registry/registry.ts';
import { notServed, predictCommandOf } from '../training/predict-command.ts';

/** @throws PRN-ROLLOUT-005 a version that no gateway could answer from */
export function requireServable(found: Pick<VersionRecord, 'model' | 'version' | 'record'>): void {
  if (predictCommandOf(found) === null) return;
  throw new PerennialError('PRN-ROLLOUT-005', { message: notServed(found.model, found.version) });
}
