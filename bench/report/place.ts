import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isListening } from '../../src/platform/program.ts';

/** Folder of the checkout; this file runs from dist/bench/report/. */
export const repository = fileURLToPath(new URL('../../../', import.meta.url));

export const compiled = (path: string) => join(repository, 'dist', path);

/** An empty folder for as long as `use` takes. */
export async function inTempFolder<T>(name: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), `perennial-bench-${name}-`));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** First of five free ports in a row. */
export async function freePorts(): Promise<number> {
  for (let base = 18_400; base < 20_000; base += 10) {
    const busy = await Promise.all([0, 1, 2, 3, 4].map((offset) => isListening(base + offset)));
    if (!busy.includes(true)) return base;
  }
  throw new Error('no five free ports in a row between 18400 and 20000');
}
