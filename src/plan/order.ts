import type { StageKind } from './schema.ts';

/** A stage as it is written: its kind is undefined where the file is wrong. */
export interface WrittenStage {
  readonly name: string;
  readonly kind: StageKind | undefined;
  readonly needs: readonly string[] | undefined;
}

/** For each stage, in the order of the file, the stages that must have passed before it. */
export type Needs = ReadonlyMap<string, readonly string[]>;

/**
 * The needs of every stage. Those written in the file stand as they are; otherwise the kind implies them:
 * train needs the snapshot; evaluate every train stage; approve every evaluate stage; rollout every approve stage, or else every
 * evaluate stage; command and activity the stage written just before. A command or activity without written needs also holds back
 * all stages written after it that have none, so that it runs between two stages just by standing there.
 */
export function completeNeeds(stages: readonly WrittenStage[]): Needs {
  return new Map(stages.map((stage, index) => [stage.name, stage.needs ?? impliedNeeds(stages, stage, index)]));
}

function impliedNeeds(stages: readonly WrittenStage[], stage: WrittenStage, index: number): readonly string[] {
  const before = stages.slice(0, index);
  const barriers = before.filter(({ kind, needs }) => isOwnCode(kind) && needs === undefined).map(({ name }) => name);
  const wanted = isOwnCode(stage.kind) ? before.slice(-1).map(({ name }) => name) : impliedByKind(stages, stage.kind);
  return stages.map(({ name }) => name).filter((name) => wanted.includes(name) || barriers.includes(name));
}

function isOwnCode(kind: StageKind | undefined): boolean {
  return kind === 'command' || kind === 'activity';
}

function impliedByKind(stages: readonly WrittenStage[], kind: StageKind | undefined): readonly string[] {
  const named = (wanted: StageKind) => stages.filter((stage) => stage.kind === wanted).map(({ name }) => name);
  if (kind === 'train') return named('snapshot');
  if (kind === 'evaluate') return named('train');
  if (kind === 'approve') return named('evaluate');
  if (kind === 'rollout') return named('approve').length > 0 ? named('approve') : named('evaluate');
  return [];
}

/** Stages in an order in which each stands after those it needs; of several orders, the one nearest to the file. */
export function inOrder(needs: Needs): {
  readonly order: readonly string[];
  readonly cycles: readonly (readonly string[])[];
} {
  const order: string[] = [];
  const cycles: (readonly string[])[] = [];
  const settled = new Set<string>();
  const waiting = new Set(needs.keys());
  while (waiting.size > 0) {
    const next = [...waiting].find((name) => needsOf(needs, name).every((need) => settled.has(need)));
    const done = next === undefined ? cycleIn(needs, waiting) : [next];
    if (next === undefined) cycles.push(done);
    else order.push(next);
    for (const name of done) {
      settled.add(name);
      waiting.delete(name);
    }
  }
  return { order, cycles };
}

/** Every stage that has passed before a stage starts. */
export function ancestors(needs: Needs, name: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...needsOf(needs, name)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...needsOf(needs, next));
  }
  return found;
}

/** A need that names no stage is a mistake of its own and holds nothing back. */
function needsOf(needs: Needs, name: string): readonly string[] {
  return (needs.get(name) ?? []).filter((need) => needs.has(need));
}

/** Where nothing can start, following needs among the waiting stages must come back to a stage. */
function cycleIn(needs: Needs, waiting: ReadonlySet<string>): readonly string[] {
  const trail: string[] = [];
  let at = [...waiting][0] ?? '';
  while (!trail.includes(at)) {
    trail.push(at);
    at = needsOf(needs, at).find((need) => waiting.has(need)) ?? at;
  }
  return trail.slice(trail.indexOf(at));
}
