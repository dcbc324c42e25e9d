#!/usr/bin/env node
// Adds to package-lock.json the optional packages of other platforms that the registry at hand did not offer when the
// lock file was written: without them `npm ci` refuses to install anywhere. Run it after each `npm install`.
//   --check   only say what is missing
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup/paths.mjs';

const file = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = missingEntries(lock.packages);

if (process.argv.includes('--check')) {
  for (const [path] of missing) console.error(`package-lock.json lacks ${path}: run node scripts/complete-lock.mjs`);
  process.exitCode = missing.length > 0 ? 1 : 0;
} else if (missing.length > 0) {
  const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(missing) });
  lock.packages = Object.fromEntries(packages.sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: ${missing.length} optional packages added`);
}

function missingEntries(packages) {
  const entries = new Map();
  for (const [parent, { optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (!isResolvable(packages, parent, name)) entries.set(`node_modules/${name}`, entry(name, version));
    }
  }
  return [...entries];
}

/** Node's own rule: a package sees what lies in the node_modules of any folder above it. */
function isResolvable(packages, parent, name) {
  for (let folder = parent; ; folder = folder.slice(0, folder.lastIndexOf('node_modules/')).replace(/\/$/, '')) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

/** Every platform package is pinned by its parent, and its name says the platform: npm then skips it on the others. */
function entry(name, range) {
  const [, os, cpu, libc] =
    /-(android|darwin|freebsd|linux|openharmony|win32)-([a-z0-9]+?)(?:-(\w+))?$/.exec(name) ?? [];
  if (!os) throw new Error(`${name}: its name does not tell its platform; add it to package-lock.json by hand`);
  return {
    version: range.replace(/^[\^~]/, ''),
    cpu: [cpu],
    ...(os === 'linux' && libc ? { libc: [libc.startsWith('musl') ? 'musl' : 'glibc'] } : {}),
    optional: true,
    os: [os],
  };
}
