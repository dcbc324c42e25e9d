import type { CompiledModel } from './compiled/compile.ts';
import type { TreeNode } from './compiled/ensemble.ts';
import { layOut } from './compiled/layout.ts';
import type { ServedVersion } from './ports.ts';
import type { Signature } from './predictor.ts';

export const practiceName = 'practice';

const [trees, depth] = [100, 6];
const texts = ['a', 'b', 'c'];

const signature: Signature = {
  task: 'binary-classification',
  features: [
    ...['x', 'y', 'z'].map((name) => ({ name, type: 'numeric' as const })),
    ...['u', 'v'].map((name) => ({ name, type: 'categorical' as const })),
  ],
  classes: [0, 1],
};

/**
 * Versions as a registry tells of them: each out of JSON of its own, with classes of either kind, with and without a threshold. What V8
 * compiles for answers of one kind alone is thrown away at the first one of another.
 */
export function practiceVersion(version: number): ServedVersion {
  const artifact = `${practiceName}/${version}`;
  const { task, features, classes }: Signature = JSON.parse(JSON.stringify(signature));
  return {
    ...{ model: practiceName, version, artifact, artifactDigest: artifact },
    signature: { task, features, classes: version % 2 === 0 ? classes : ['no', 'yes'] },
    threshold: version % 4 < 2 ? { metric: 'f1', threshold: 0.4, value: 0.5, atHalf: 0.5, rows: 1 } : null,
  };
}

/** Features of one practice row: whole and long numbers, short ones, missing values and all. */
export function practiceFeatures(turn: number): Readonly<Record<string, number | string | null>> {
  const y = turn % 5 === 0 ? null : turn / 7;
  const z = turn % 3 === 0 ? (turn % 1000) / 8 : -turn / 3;
  return { x: turn, y, z, u: texts[turn % 3] ?? null, v: turn % 4 === 0 ? null : 'b' };
}

/** A model of trees that stands for nothing: something for code to be run with before the first caller. */
export function practiceModel(): CompiledModel {
  const codes = new Map(texts.map((text, code) => [text, code]));
  const columns = signature.features.map(({ type }, feature) => ({
    ...{ feature, codes: type === 'numeric' ? null : codes, otherwise: -1 },
    ...{ filling: Number.NaN, offset: 0, scale: 1 },
  }));
  const forest = Array.from({ length: trees }, (_, tree) => ({ nodes: fullTree(tree) }));
  return { kind: 'trees', link: 'logistic', columns, tables: layOut({ trees: forest, base: [0], targets: 1 }) };
}

/** Node n asks, and its answers are at 2n + 1 and 2n + 2; the last level answers. */
function fullTree(tree: number): TreeNode[] {
  const inner = 2 ** depth - 1;
  return Array.from({ length: 2 * inner + 1 }, (_, at): TreeNode => {
    if (at >= inner) return { kind: 'leaf', target: 0, weight: ((at % 7) - 3) / trees };
    const column = (tree + at) % signature.features.length;
    const question = column < 3 ? 'below' : 'equal';
    const value = question === 'equal' ? at % texts.length : (at % 31) - 9;
    return { kind: 'split', column, question, value, yes: 2 * at + 1, no: 2 * at + 2, missing: 'no' };
  });
}
