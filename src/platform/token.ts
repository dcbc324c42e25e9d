import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The first token of an embedded platform: made once, readable by its owner only; the database keeps its hash. */
export async function localToken(state: string): Promise<string> {
  const path = join(state, 'token');
  const kept = await readFile(path, 'utf8').catch(() => null);
  if (kept) return kept.trim();
  const token = randomBytes(32).toString('base64url');
  await writeFile(path, `${token}\n`, { mode: 0o600 });
  return token;
}
