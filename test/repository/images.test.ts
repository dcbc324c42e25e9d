import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { userData } from '../../src/compute/ec2/user-data.ts';
import { order, settings } from '../unit/compute/ec2/orders.ts';

// Nothing here can build images: what can be wrong between a Dockerfile and the repository is checked by reading both.
const images = ['deploy/Dockerfile', 'deploy/training.Dockerfile'] as const;

/** One instruction: continued lines are joined, comments are gone. */
function instructions(file: string): readonly (readonly [name: string, rest: string])[] {
  const text = readFileSync(file, 'utf8').replace(/^#.*\n/gm, '');
  const lines = text
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1).trim()]);
}

const of = (file: string, name: string) =>
  instructions(file)
    .filter(([instruction]) => instruction === name)
    .map(([, rest]) => rest);
const pins = (file: string) =>
  new Map(
    [...readFileSync(file, 'utf8').matchAll(/^([\w-]+)==(\S+)$/gm)].map(([, name = '', version = '']) => [
      name,
      version,
    ]),
  );
const ignored = readFileSync('.dockerignore', 'utf8').trim().split('\n');

describe.each(images)('%s', (file) => {
  it('copies only what the repository has and the build may see', () => {
    const copies = of(file, 'COPY').filter((rest) => !rest.startsWith('--from='));
    const sources = copies.flatMap((rest) => rest.split(' ').slice(0, -1));
    expect(sources.length).toBeGreaterThan(4);
    for (const source of sources) {
      expect(existsSync(source), source).toBe(true);
      expect(ignored, source).not.toContain(source.split('/')[0]);
    }
  });

  it('takes from earlier stages only what they are called', () => {
    const stages = of(file, 'FROM').flatMap((rest) => / AS (\w+)$/.exec(rest)?.[1] ?? []);
    const used = of(file, 'COPY').flatMap((rest) => /^--from=(\w+)/.exec(rest)?.[1] ?? []);
    expect(used).toEqual(['build']);
    expect(stages).toEqual(used);
  });

  it('has the Node that package.json asks for, and the Python that its path to the trainers names', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
    const major = /^>=(\d+)/.exec(engines.node)?.[1];
    const bases = of(file, 'FROM').map((rest) => rest.split(' ')[0]);
    expect(new Set(bases)).toEqual(new Set([`node:${major}-bookworm-slim`]));
    // Debian 12, "bookworm", has Python 3.11.
    const paths = readFileSync(file, 'utf8').match(/python3\.\d+/g);
    expect(paths).toEqual(['python3.11']);
    const [, least] = /requires-python = ">=(3\.\d+)/.exec(readFileSync('trainers/pyproject.toml', 'utf8')) ?? [];
    expect(Number(least?.split('.')[1])).toBeLessThanOrEqual(11);
  });

  it('runs a program that is compiled from a source that exists', () => {
    const program = /"dist\/([\w/-]+)\.js"/.exec(of(file, 'CMD')[0] ?? '')?.[1];
    expect(existsSync(`${program}.ts`), program).toBe(true);
  });

  it('sets only variables that the programs read', () => {
    const set = [
      ...of(file, 'ENV')
        .join(' ')
        .matchAll(/(PERENNIAL_\w+)=/g),
    ].map(([, name = '']) => name);
    const read = readFileSync('src/platform/settings.ts', 'utf8');
    expect(set.length).toBeGreaterThan(1);
    expect(set.filter((name) => !read.includes(`${name}:`))).toEqual([]);
  });
});

describe('the training image', () => {
  it('has the pins of the repository, but for XGBoost the same version for GPUs', () => {
    const usual = pins('trainers/requirements.lock');
    const forGpus = pins('trainers/requirements-gpu.lock');
    expect(forGpus.get('xgboost')).toBe(usual.get('xgboost-cpu'));
    expect([...forGpus.keys()].filter((name) => usual.has(name))).toEqual([]);
    const [install = ''] = of('deploy/training.Dockerfile', 'RUN').filter((rest) => rest.includes('pip install'));
    expect(install).toMatch(
      /^grep -v '\^xgboost-cpu==' trainers\/requirements\.lock \| cat - trainers\/requirements-gpu\.lock > (\S+) /,
    );
    expect(install).toContain(`-r ${/> (\S+) /.exec(install)?.[1]}`);
  });

  it('is given only variables that the worker, Temporal or the AWS SDK reads', () => {
    const given = [...userData(order, settings).matchAll(/ -e (\w+)/g)].map(([, name = '']) => name);
    const sources = ['src/platform/settings.ts', 'workers/rented-machine.ts', 'workers/training.ts'];
    const read = sources.map((source) => readFileSync(source, 'utf8')).join('\n');
    const others = ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'AWS_REGION'];
    expect(given.length).toBeGreaterThan(6);
    expect(given.filter((name) => !others.includes(name) && !read.includes(name))).toEqual([]);
  });

  it('leaves what is built here out of the build, and keeps all that is compiled in it', () => {
    expect(ignored).toEqual(
      expect.arrayContaining(['.git', 'node_modules', 'dist', '.venv', '.venv-cloud', '.perennial']),
    );
    const { include } = JSON.parse(readFileSync('tsconfig.build.json', 'utf8'));
    expect(include.filter((folder: string) => ignored.includes(folder))).toEqual([]);
  });
});
