import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../setup/paths.mjs';
import { findSyntaxProblems } from './syntax.mjs';

const limits = { median: 80, file: 400, function: 60 };
const sources = /\.(ts|tsx|mts|mjs|cjs|py)$/;
const notSources = /^(test\/repository\/planted|bench\/peers|console\/dist)\//;
const bannedNames = /(^|[-_.])(utils?|helpers?|managers?|common|misc)([-_.]|$)/;
// Written in two parts, so that this file does not find itself.
const noteToSelf = new RegExp(`\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')}|${['X', 'XX'].join('')})\\b`);
const suppressions = new RegExp(`(@ts-(?:ig${''}nore|nocheck|expect-error)|biome-ig${''}nore|eslint-dis${''}able)`);
// Python's stubs have holes: there a suppression is allowed when it names what it suppresses.
const bareSuppressions = /#\s*(type:\s*ignore(?!\[)|noqa(?!:))/;

const escapedPath = /import\.meta\.url\)\.pathname/;
const machinePath = /(?<![\w.*-])\/(work|root|home)\/\w/;

/**
 * @returns {{problems: string[], summary: string}} one line a problem with its place, and the figures
 */
export function findShapeProblems() {
  const files = listSources();
  if (files.length === 0) throw new Error('shape looked at 0 files');
  const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
  const lengths = [...texts.values()].map(countLines).sort((a, b) => a - b);
  const median = lengths[Math.floor(lengths.length / 2)];
  const problems = [...texts].flatMap(([file, text]) => [
    ...nameProblems(file),
    ...lengthProblems(file, text),
    ...lineProblems(file, text),
    ...findSyntaxProblems(file, text, limits.function),
  ]);
  if (median > limits.median) problems.push(`median file length is ${median} lines, more than ${limits.median}`);
  return { problems, summary: `${files.length} files, median ${median} lines, longest ${lengths.at(-1)}` };
}

function listSources() {
  const git = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (git.status !== 0) throw new Error(`git ls-files failed: ${git.stderr}`);
  const files = git.stdout.split('\n').filter((file) => sources.test(file) && !notSources.test(file));
  return files.filter((file) => existsSync(join(root, file)));
}

function countLines(text) {
  return text.trimEnd().split('\n').length;
}

function nameProblems(file) {
  return bannedNames.test(basename(file)) ? [`${file}: a name that says nothing; name what the file does`] : [];
}

function lengthProblems(file, text) {
  const lines = countLines(text);
  return lines > limits.file ? [`${file}: ${lines} lines, more than ${limits.file}`] : [];
}

function lineProblems(file, text) {
  return text.split('\n').flatMap((line, index) => {
    const place = `${file}:${index + 1}`;
    const problems = [];
    if (noteToSelf.test(line)) problems.push(`${place}: a note to self; do it or open an issue`);
    if (suppressions.test(line)) problems.push(`${place}: a suppressed check`);
    if (escapedPath.test(line)) problems.push(`${place}: breaks in a folder with a space; use fileURLToPath`);
    if (machinePath.test(line)) problems.push(`${place}: a path of one machine`);
    if (file.endsWith('.py') && bareSuppressions.test(line)) problems.push(`${place}: name what is suppressed`);
    return problems;
  });
}
