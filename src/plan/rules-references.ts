import { entriesOf, type ModelDraft, stagesOf } from './draft.ts';
import type { Finding, Path } from './problem.ts';
import { machineRules } from './rules-machines.ts';
import { closest, didYouMean } from './suggest.ts';

/** What is named must exist, and be named once. */
export function referenceRules(draft: ModelDraft): Finding[] {
  return [
    ...machineRules(draft),
    ...championRules(draft),
    ...smokeRules(draft),
    ...placeholderRules(draft),
    ...repeatRules(draft),
  ];
}

/** Other words than "champion" may come; a near miss is a typo. */
function championRules(draft: ModelDraft): Finding[] {
  return stagesOf(draft, 'evaluate').flatMap(({ name, spec }) =>
    entriesOf(spec.against)
      .filter(([, other]) => closest(other, ['champion']) !== null)
      .map(([index, other]): Finding => {
        const message = `"against" cannot be ${JSON.stringify(other)}`;
        const path = ['plan', name, 'against', index];
        return { code: 'PRN-PLAN-005', path, on: 'value', message, hint: 'did you mean "champion"?' };
      }),
  );
}

function smokeRules(draft: ModelDraft): Finding[] {
  const trains = stagesOf(draft, 'train');
  if (trains.length === 0) return [];
  const known = trains.flatMap(({ spec }) => [
    ...Object.keys(spec.parameters ?? {}),
    ...Object.keys(spec.sweep?.space ?? {}),
  ]);
  return Object.keys(draft.smoke?.parameters ?? {})
    .filter((parameter) => !known.includes(parameter))
    .map((parameter): Finding => {
      const message = `no train stage has a parameter ${JSON.stringify(parameter)} to override`;
      const hint = didYouMean(parameter, new Set(known), 'parameters') ?? 'no train stage names parameters';
      return { code: 'PRN-PLAN-031', path: ['smoke', 'parameters', parameter], on: 'key', message, hint };
    });
}

function placeholderRules(draft: ModelDraft): Finding[] {
  const uri = draft.data?.source?.uri;
  const inCommands = Object.entries(draft.plan ?? {}).flatMap(([name, spec]) => {
    if (spec?.kind === 'command') return commandRules(spec.run, ['plan', name, 'run']);
    if (spec?.kind !== 'train' || typeof spec.trainer !== 'object') return [];
    const { command, predict } = spec.trainer;
    return [
      ...commandRules(command, ['plan', name, 'trainer', 'command']),
      ...commandRules(predict?.command, ['plan', name, 'trainer', 'predict', 'command']),
    ];
  });
  return [...placeholderRule(uri, ['date'], ['data', 'source', 'uri']), ...inCommands];
}

function commandRules(command: readonly (string | undefined)[] | undefined, path: Path): Finding[] {
  return entriesOf(command).flatMap(([index, part]) => {
    // Programs may have braces of their own: only near misses are taken for typos.
    return placeholderRule(part, ['python', 'here'], [...path, index]).filter(({ hint }) =>
      hint?.startsWith('did you'),
    );
  });
}

function placeholderRule(text: string | undefined, known: readonly string[], path: Path): Finding[] {
  const words = [...(text ?? '').matchAll(/\{(\w*)\}/g)].map(([, word = '']) => word);
  return words
    .filter((word) => !known.includes(word))
    .map((word): Finding => {
      const meant = closest(word, known);
      const hint =
        meant === null ? `known: ${known.map((name) => `{${name}}`).join(', ')}` : `did you mean "{${meant}}"?`;
      return { code: 'PRN-PLAN-006', path, on: 'value', message: `{${word}} stands for nothing`, hint };
    });
}

function repeatRules(draft: ModelDraft): Finding[] {
  const lists: (readonly [Path, readonly (string | number | boolean | undefined)[] | undefined])[] = [
    [['data', 'sensitive'], draft.data?.sensitive],
    ...(draft.notify ?? []).map((notice, index) => [['notify', index, 'on'], notice?.on] as const),
    ...(draft.notify ?? []).map((notice, index) => [['notify', index, 'email'], notice?.email] as const),
  ];
  for (const [name, spec] of Object.entries(draft.plan ?? {})) {
    lists.push([['plan', name, 'needs'], spec?.needs]);
    if (spec?.kind === 'evaluate')
      lists.push([['plan', name, 'slices'], spec.slices], [['plan', name, 'against'], spec.against]);
    if (spec?.kind === 'approve')
      lists.push([['plan', name, 'by'], spec.by], [['plan', name, 'escalate', 'to'], spec.escalate?.to]);
    const space = spec?.kind === 'train' ? spec.sweep?.space : undefined;
    for (const [key, parameter] of Object.entries(space ?? {}))
      if (parameter && 'choice' in parameter)
        lists.push([['plan', name, 'sweep', 'space', key, 'choice'], parameter.choice]);
  }
  return lists.flatMap(([path, list]) => repeats(list, path));
}

function repeats(list: readonly unknown[] | undefined, path: Path): Finding[] {
  return entriesOf(list).flatMap(([index, item]) =>
    list?.indexOf(item) === index
      ? []
      : [
          {
            code: 'PRN-PLAN-029',
            path: [...path, index],
            on: 'value',
            message: `${JSON.stringify(item)} is named twice`,
          } as const,
        ],
  );
}
