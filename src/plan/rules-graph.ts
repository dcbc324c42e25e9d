import { entriesOf, type ModelDraft, needsIn, type StageDraft, stagesOf } from './draft.ts';
import { ancestors, inOrder, type Needs } from './order.ts';
import type { Finding } from './problem.ts';
import type { StageKind, TrainStage } from './schema.ts';
import { closest } from './suggest.ts';

/** The stages must form a graph without circles, in which every stage finds what it uses. */
export function graphRules(draft: ModelDraft): Finding[] {
  const stages = Object.entries(draft.plan ?? {});
  if (draft.plan && stages.length === 0) return [noStages()];
  const needs = needsIn(draft);
  const { cycles } = inOrder(needs);
  const unknown = unknownNeeds(draft);
  // With a stage of unknown kind, or a need that leads nowhere, what is missing cannot be told.
  const certain = cycles.length === 0 && unknown.length === 0 && stages.every(([, spec]) => spec?.kind !== undefined);
  return [
    ...unknown,
    ...cycles.map((cycle) => cycleFinding(draft, cycle)),
    ...onlyOnce(draft, 'snapshot'),
    ...onlyOnce(draft, 'rollout'),
    ...(certain
      ? [
          ...missingResults(draft, needs),
          ...skippedApprovals(draft, needs),
          ...unservable(draft, needs),
          ...untrained(draft),
        ]
      : []),
  ];
}

function noStages(): Finding {
  const message = 'the plan has no stages';
  return {
    code: 'PRN-PLAN-023',
    path: ['plan'],
    on: 'key',
    message,
    hint: 'add a snapshot, a train and an evaluate stage',
  };
}

function unknownNeeds(draft: ModelDraft): Finding[] {
  const names = Object.keys(draft.plan ?? {});
  return Object.entries(draft.plan ?? {}).flatMap(([name, spec]) =>
    entriesOf(spec?.needs)
      .filter(([, need]) => !names.includes(need))
      .map(([index, need]): Finding => {
        const others = names.filter((other) => other !== name);
        const meant = closest(need, others);
        const hint = meant === null ? `stages: ${others.join(', ')}` : `did you mean ${JSON.stringify(meant)}?`;
        const message = `stage "${name}" needs ${JSON.stringify(need)}, which is not a stage of the plan`;
        return { code: 'PRN-PLAN-014', path: ['plan', name, 'needs', index], on: 'value', message, hint };
      }),
  );
}

/** Told from the stage written first; shown at the first need that the author wrote, because implied ones cannot be removed. */
function cycleFinding(draft: ModelDraft, cycle: readonly string[]): Finding {
  const names = Object.keys(draft.plan ?? {});
  const first = cycle.indexOf(names.find((name) => cycle.includes(name)) ?? '');
  const round = [...cycle.slice(first), ...cycle.slice(0, first)];
  const links = round.map((name, index) => ({ name, need: round[(index + 1) % round.length] ?? name }));
  const written = links
    .map(({ name, need }) => ({ name, index: draft.plan?.[name]?.needs?.indexOf(need) ?? -1 }))
    .find(({ index }) => index >= 0);
  const message = `stages wait for each other: ${[...round, round[0]].join(' needs ')}`;
  return written
    ? { code: 'PRN-PLAN-015', path: ['plan', written.name, 'needs', written.index], on: 'value', message }
    : { code: 'PRN-PLAN-015', path: ['plan', round[0] ?? ''], on: 'key', message };
}

function onlyOnce(draft: ModelDraft, kind: 'snapshot' | 'rollout'): Finding[] {
  const [first, ...others] = stagesOf(draft, kind);
  return others.map(({ name }) => ({
    code: 'PRN-PLAN-017',
    path: ['plan', name, 'kind'],
    on: 'value',
    message: `"${name}" is a second ${kind} stage; the first is "${first?.name}"`,
  }));
}

const uses: readonly (readonly [StageKind, StageKind, string])[] = [
  ['train', 'snapshot', 'its data'],
  ['evaluate', 'train', 'a candidate'],
  ['approve', 'evaluate', 'the evidence to approve'],
  ['rollout', 'evaluate', 'the version to roll out'],
];

function missingResults(draft: ModelDraft, needs: Needs): Finding[] {
  const lacks = (name: string, used: StageKind) =>
    ![...ancestors(needs, name)].some((before) => draft.plan?.[before]?.kind === used);
  const isEcho = (name: string, used: StageKind) =>
    uses.some(
      ([kind, same]) =>
        same === used && [...ancestors(needs, name)].some((before) => draft.plan?.[before]?.kind === kind),
    );
  return uses.flatMap(([kind, used, what]) =>
    stagesOf(draft, kind)
      .filter(({ name }) => lacks(name, used) && !isEcho(name, used))
      .map(({ name, spec }): Finding => {
        const candidates = stagesOf(draft, used).map((stage) => JSON.stringify(stage.name));
        const message = `stage "${name}" does not come after a stage of kind "${used}", which gives it ${what}`;
        const hint =
          candidates.length > 0 ? `add ${candidates.join(' or ')} to its "needs"` : `add a stage of kind "${used}"`;
        const written = spec.needs !== undefined && candidates.length > 0;
        return { code: 'PRN-PLAN-016', path: ['plan', name, written ? 'needs' : 'kind'], on: 'value', message, hint };
      }),
  );
}

/** Whoever writes an approve stage relies on it: a roll-out that does not wait for it would be a hole. */
function skippedApprovals(draft: ModelDraft, needs: Needs): Finding[] {
  const approvals = stagesOf(draft, 'approve').map(({ name }) => name);
  return stagesOf(draft, 'rollout').flatMap(({ name }) =>
    approvals
      .filter((approval) => !ancestors(needs, name).has(approval) && !ancestors(needs, approval).has(name))
      .map((approval): Finding => {
        const message = `roll-out "${name}" does not wait for "${approval}"`;
        const hint = `add ${JSON.stringify(approval)} to its "needs"`;
        return { code: 'PRN-PLAN-030', path: ['plan', name, 'needs'], on: 'value', message, hint };
      }),
  );
}

function untrained(draft: ModelDraft): Finding[] {
  if (stagesOf(draft, 'train').length > 0 || stagesOf(draft, 'evaluate').length > 0) return [];
  const message = 'the plan trains nothing: it has no stage of kind "train"';
  return [{ code: 'PRN-PLAN-016', path: ['plan'], on: 'key', message, hint: 'add a stage of kind "train"' }];
}

/** Gateways answer from ONNX: of candidates that all need a program to answer none could be rolled out. */
function unservable(draft: ModelDraft, needs: Needs): Finding[] {
  return stagesOf(draft, 'rollout').flatMap(({ name }) => {
    const before = ancestors(needs, name);
    const trains = stagesOf(draft, 'train').filter((stage) => before.has(stage.name));
    const [first] = trains;
    if (first === undefined || !trains.every(({ spec }) => answersByProgram(spec.trainer))) return [];
    const message = `roll-out "${name}" has nothing that a gateway can serve: ${trains.length > 1 ? 'every candidate answers' : `"${first.name}" answers`} by a "predict" command`;
    const path = ['plan', first.name, 'trainer', 'predict'];
    return [{ code: 'PRN-PLAN-071', path, on: 'key', message } as const];
  });
}

function answersByProgram(trainer: StageDraft<TrainStage>['trainer']): boolean {
  return typeof trainer === 'object' && trainer.predict !== undefined;
}
