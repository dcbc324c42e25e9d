import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

/** Digest of these files' contents (a missing file counts as missing) and of the other facts that a step depends on. */
export function digestOf(files, facts = []) {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const file of files) {
    const path = join(root, file);
    hash.update(`\0${file}\0`).update(existsSync(path) ? readFileSync(path) : '-');
  }
  return hash.digest('hex');
}

/** A stamp lies inside the folder whose contents it vouches for: whoever deletes the folder deletes the stamp. */
export function isStamped(folder, digest) {
  const stamp = join(root, folder, '.perennial-stamp');
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === digest;
}

export function writeStamp(folder, digest) {
  writeFileSync(join(root, folder, '.perennial-stamp'), digest);
}
