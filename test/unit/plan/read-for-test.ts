import { createHash } from 'node:crypto';
import { type ReadResult, readModelFile } from '../../../src/plan/read.ts';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Reads a text as the file `m.json` of the folder `/models`. */
export function read(text: string): ReadResult {
  return readModelFile(text, { path: 'm.json', base: '/models', sha256 });
}
