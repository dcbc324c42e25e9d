import { PerennialError } from '../../errors/error.ts';

export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What the file system answers when there is no file at a path: nothing, a folder, or a file where a folder should be. */
export function isAbsence(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemCode(error));
}

export function missing(key: string, folder: string, cause?: unknown): PerennialError {
  const message = `There is no object "${key}" in the object store at ${folder}`;
  return new PerennialError('PRN-ARTIFACTS-001', { message, cause, details: { key, store: folder } });
}

export function overlapping(key: string, folder: string): PerennialError {
  const message = `The object "${key}" cannot be written to ${folder}: another object's key is a prefix of it, or it of another`;
  return new PerennialError('PRN-ARTIFACTS-003', { message, details: { key, store: folder } });
}

export function unreadableSource(path: string, key: string, cause: unknown): PerennialError {
  const message = `The file ${path}, which should become the object "${key}", cannot be read: ${textOf(cause)}`;
  return new PerennialError('PRN-ARTIFACTS-004', { message, cause, details: { key, path } });
}

export function unusable(action: string, folder: string, cause: unknown): PerennialError {
  const message = `The object store at ${folder} could not ${action}: ${textOf(cause)}`;
  return new PerennialError('PRN-ARTIFACTS-005', { message, cause, details: { store: folder } });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
