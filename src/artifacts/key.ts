import { PerennialError } from '../errors/error.ts';

const maxKeyBytes = 1_024;
const maxPartBytes = 255;

/**
 * Lets only those keys pass that every adapter can hold: S3 allows 1,024 bytes, file systems 255 bytes per part.
 * A part must not start with a dot, which also keeps "." and ".." out.
 *
 * @throws PRN-ARTIFACTS-002
 */
export function checkKey(key: string): void {
  const fault = faultOf(key);
  if (fault !== null) throw malformed(key, fault);
}

/** Whether `key` could have been written through the port; what others put into a shared bucket need not be. */
export function isKey(key: string): boolean {
  return faultOf(key) === null;
}

/** A prefix may end anywhere inside a key, also after a slash. @throws PRN-ARTIFACTS-002 */
export function checkPrefix(prefix: string): void {
  if (prefix === '') return;
  const fault = faultOf(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
  if (fault !== null) throw malformed(prefix, fault);
}

function faultOf(key: string): string | null {
  if (key === '') return 'it is empty';
  if (key.startsWith('/')) return 'it starts with a slash';
  if (bytes(key) > maxKeyBytes) return `it is longer than ${maxKeyBytes} bytes`;
  for (const part of key.split('/')) {
    if (part === '') return 'it has an empty part';
    if (part.startsWith('.')) return `its part "${part}" starts with a dot`;
    if (bytes(part) > maxPartBytes) return `its part "${part.slice(0, 40)}..." is longer than ${maxPartBytes} bytes`;
    if ([...part].some(isForbidden)) return `its part "${part}" holds a backslash or a control character`;
  }
  return null;
}

function isForbidden(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return character === '\\' || code < 0x20 || code === 0x7f;
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

function malformed(key: string, fault: string): PerennialError {
  const message = `The object key ${JSON.stringify(key)} is malformed: ${fault}`;
  return new PerennialError('PRN-ARTIFACTS-002', { message, details: { key } });
}
