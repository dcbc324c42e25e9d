import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Registry } from '../registry/registry.ts';

/** The first token of an embedded platform: made once, readable by its owner only; the database keeps its hash. */
export async function localToken(state: string): Promise<string> {
  const path = join(state, 'token');
  const kept = await readFile(path, 'utf8').catch(() => null);
  if (kept) return kept.trim();
  const token = randomBytes(32).toString('base64url');
  await writeFile(path, `${token}\n`, { mode: 0o600 });
  return token;
}

/** Makes the embedded platform's own token valid, under the name of who runs it. Without such a file (a cluster) nothing happens. */
export async function registerLocalToken(registry: Registry, state: string, name: string): Promise<void> {
  const token = await readFile(join(state, 'token'), 'utf8').catch(() => null);
  if (!token) return;
  const sha256 = createHash('sha256').update(token.trim()).digest('hex');
  await registry.saveToken({ name, sha256, roles: ['admin', 'operator', 'approver', 'viewer'] });
}
