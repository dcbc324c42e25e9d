import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './paths.mjs';

const folder = join(root, '.perennial');
const lock = join(folder, 'setup.lock');

/**
 * Two set-ups of one checkout take turns; the second then finds everything done. A lock whose owner is gone is taken over.
 * @param {() => Promise<void>} work
 * @param {(message: string) => void} say
 */
export async function whileLocked(work, say) {
  mkdirSync(folder, { recursive: true });
  let told = false;
  while (!tryLock()) {
    if (!told) say('another set-up of this checkout is running; waiting for it');
    told = true;
    await sleep(300);
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  try {
    await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function tryLock() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isOwnerGone()) return false;
    rmSync(lock, { force: true });
    return false;
  }
}

function isOwnerGone() {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    // Between creation and the write of the pid the file is empty: that owner is alive.
    if (!owner) return false;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
