import { entriesOf, type ModelDraft, stagesOf } from './draft.ts';
import type { Finding, Path } from './problem.ts';

/** Each column has one role: a column with two either leaks the answer or cannot be what it is said to be. */
export function columnRules(draft: ModelDraft): Finding[] {
  const { data } = draft;
  if (!data) return [];
  const roles = rolesOf(draft);
  const features = Object.keys(data.features ?? {});
  const noFeatures = data.features && features.length === 0 ? [emptyFeatures()] : [];
  return [
    ...noFeatures,
    ...roleClashes(draft),
    ...features.flatMap((name) => clash(roles, name, ['data', 'features', name], 'key', 'a feature')),
    ...sensitiveRules(draft, [...roles, ...features.map((name) => [name, 'a feature'] as const)]),
    ...sliceRules(draft, roles),
  ];
}

type Roles = readonly (readonly [column: string, role: string])[];

function rolesOf({ data }: ModelDraft): Roles {
  const named = [
    [data?.time, 'the time'],
    [data?.id, 'the id'],
    [data?.label?.column, 'the label'],
    [data?.weight, 'the weight'],
  ] as const;
  return named.flatMap(([column, role]) => (column === undefined ? [] : [[column, role] as const]));
}

/** Time, id, label and segment, each against those before it. */
function roleClashes(draft: ModelDraft): Finding[] {
  const { data } = draft;
  const [time, id] = [data?.time, data?.id];
  const taken = rolesOf(draft);
  const idRoles = taken.filter(([, role]) => role === 'the time');
  const labelRoles = taken.filter(([, role]) => role !== 'the label' && role !== 'the weight');
  const segment = data?.segmentBy ?? undefined;
  const weighedRoles = taken.filter(([, role]) => role !== 'the weight');
  return [
    ...(id === undefined || time === undefined ? [] : clash(idRoles, id, ['data', 'id'], 'value', 'the id')),
    ...clash(labelRoles, data?.label?.column, ['data', 'label', 'column'], 'value', 'the label'),
    ...clash(weighedRoles, data?.weight, ['data', 'weight'], 'value', 'the weight'),
    ...clash(taken, segment, ['data', 'segmentBy'], 'value', 'the segment'),
  ];
}

function sensitiveRules(draft: ModelDraft, roles: Roles): Finding[] {
  const segment = draft.data?.segmentBy;
  const all: Roles = typeof segment === 'string' ? [...roles, [segment, 'the segment']] : roles;
  return entriesOf(draft.data?.sensitive).flatMap(([index, column]) =>
    clash(all, column, ['data', 'sensitive', index], 'value', 'sensitive').slice(0, 1),
  );
}

function sliceRules(draft: ModelDraft, roles: Roles): Finding[] {
  return stagesOf(draft, 'evaluate').flatMap(({ name, spec }) =>
    entriesOf(spec.slices).flatMap(([index, column]) =>
      clash(roles, column, ['plan', name, 'slices', index], 'value', 'a slice'),
    ),
  );
}

function clash(roles: Roles, column: string | undefined, path: Path, on: Finding['on'], role: string): Finding[] {
  return roles
    .filter(([taken]) => taken === column)
    .map(([, other]) => ({
      code: 'PRN-PLAN-022',
      path,
      on,
      message: `column ${JSON.stringify(column)} cannot be ${role}: it is ${other}`,
    }));
}

function emptyFeatures(): Finding {
  const message = 'data.features is empty: the model would have nothing to learn from';
  return {
    code: 'PRN-PLAN-023',
    path: ['data', 'features'],
    on: 'key',
    message,
    hint: 'name at least one feature column',
  };
}
