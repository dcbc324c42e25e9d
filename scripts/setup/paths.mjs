import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export const temporalVersion = '1.5.1';
export const testServerVersion = '1.32.1';
export const versitygwVersion = '1.8.0';
export const oldestNode = '20.20.0';
export const oldestPython = [3, 11];

/** The checkout that this script belongs to, whatever folder it was started from. */
export const root = resolve(import.meta.dirname, '../..');

/** Outside the checkout, so that several checkouts share one Temporal binary (250 MB). */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'perennial');
}

export function cachedTemporal() {
  return join(cacheFolder(), 'temporal', temporalVersion, 'temporal');
}

export function testServerFolder() {
  return join(cacheFolder(), 'temporal-test-server', testServerVersion);
}

/** The S3 server of the tests. */
export function cachedVersitygw() {
  return join(cacheFolder(), 'versitygw', versitygwVersion, 'versitygw');
}

export function venvPython() {
  return join(root, '.venv', 'bin', 'python');
}
