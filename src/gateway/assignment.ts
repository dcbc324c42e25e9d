export interface Assignment {
  readonly role: 'stable' | 'canary';
  /** Where the key falls in [0,1): it goes to the canary when draw < weight, so a growing weight never moves a key back. */
  readonly draw: number;
}

/** Splits traffic without state: the same key and salt (the rollout) always meet the same version, on every gateway. */
export function assign(key: string, salt: string, weight: number): Assignment {
  const draw = drawOf(key, salt);
  return { role: draw < weight ? 'canary' : 'stable', draw };
}

/** FNV-1a over salt and key, then MurmurHash3's 32-bit finalizer: FNV alone leaves the high bits of short keys uneven. */
export function drawOf(key: string, salt: string): number {
  let hash = mix(0x811c9dc5, salt);
  hash = Math.imul(hash ^ 0xff, 0x01000193);
  hash = mix(hash, key);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}

function mix(start: number, text: string): number {
  let hash = start;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    if (unit > 0xff) hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash;
}
