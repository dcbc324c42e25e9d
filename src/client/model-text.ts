import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { PerennialError } from '../errors/error.ts';

/** A model file's text, and the folder that its relative paths start from. */
export interface ModelText {
  readonly text: string;
  readonly base: string;
  /** How messages name it. */
  readonly path?: string;
}

/** @throws PRN-CLI-004 when the file cannot be read */
export async function readModelText(file: string | ModelText): Promise<Required<ModelText>> {
  if (typeof file !== 'string') return { ...file, path: file.path ?? 'model.json' };
  const absolute = resolve(file);
  try {
    return { text: await readFile(absolute, 'utf8'), path: file, base: dirname(absolute) };
  } catch (error) {
    const why = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'does not exist' : String(error);
    throw new PerennialError('PRN-CLI-004', { message: `Couldn't read ${file}: it ${why}.`, cause: error });
  }
}
