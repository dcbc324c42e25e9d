import type { CompiledPlan } from '../../src/plan/plan.ts';
import { modelFile, type Stage } from '../../src/plan/schema.ts';

/** Who votes in the interleavings: name and roles of their tokens. rob asks for every run, and may not approve it. */
export const people = {
  ana: ['approver'],
  bo: ['approver'],
  eve: ['risk'],
  rob: ['approver', 'operator'],
  vera: ['viewer'],
} as const;
export type Person = keyof typeof people;

export type Deed =
  | { readonly kind: 'vote'; readonly by: Person; readonly choice: 'approve' | 'reject'; readonly wrong: boolean }
  | { readonly kind: 'signal'; readonly by: Person; readonly choice: 'approve' | 'reject' }
  | { readonly kind: 'cancel' };

/** One interleaving: what the plan asks for, and who does what when. */
export interface Script {
  readonly model: string;
  readonly approve: {
    readonly quorum: number;
    readonly within: string;
    readonly otherwise: 'approve' | 'reject';
    readonly proven: boolean;
    readonly escalate?: { readonly after: string; readonly to: readonly string[] };
  };
  readonly deeds: readonly { readonly atMs: number; readonly deed: Deed }[];
}

/** @param random uniform in [0, 1) */
export function writeScript(model: string, random: () => number): Script {
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const seconds = 2 + Math.floor(random() * 4);
  const deed = (): Deed => {
    const kind = random();
    const by = oneOf(Object.keys(people) as Person[]);
    const choice = random() < 0.75 ? 'approve' : 'reject';
    if (kind < 0.12) return { kind: 'cancel' };
    return kind < 0.3 ? { kind: 'signal', by, choice } : { kind: 'vote', by, choice, wrong: random() < 0.15 };
  };
  const deeds = Array.from({ length: Math.floor(random() * 7) }, () => ({ atMs: random() * 6_000, deed: deed() }));
  return {
    model,
    approve: {
      ...{ quorum: random() < 0.5 ? 1 : 2, within: `${seconds}s`, proven: random() < 0.2 },
      otherwise: random() < 0.5 ? 'approve' : 'reject',
      ...(random() < 0.5 ? { escalate: { after: '1s', to: ['risk'] } } : {}),
    },
    deeds: deeds.sort((some, other) => some.atMs - other.atMs),
  };
}

export function planOf({ model, approve }: Script): CompiledPlan {
  const file = modelFile.parse({
    ...{ model, task: 'binary-classification' },
    data: {
      ...{ source: { format: 'parquet', uri: 'd.parquet' }, time: 't', id: 'id', label: { column: 'y' } },
      features: { x: { type: 'numeric' } },
    },
    plan: {
      evaluate: { kind: 'evaluate', gates: [{ metric: 'auc', atLeast: 0.5 }] },
      approve: { kind: 'approve', by: ['approver'], ...approve },
    },
  });
  const stage = (name: string, needs: readonly string[]) => ({ name, needs, spec: file.plan[name] as Stage });
  return { digest: 'bench', base: '/', file, stages: [stage('evaluate', []), stage('approve', ['evaluate'])] };
}
