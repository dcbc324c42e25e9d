import { type Draft, entriesOf } from './draft.ts';
import { gateFamily } from './gate-metrics.ts';
import { metricLimits, servingMetrics } from './metrics.ts';
import type { Finding, Path } from './problem.ts';
import type { Gate, GateEntry } from './schema-gates.ts';
import { didYouMean } from './suggest.ts';

/** A condition of a gate with its place in the file. */
export interface PlacedCondition {
  readonly gate: Draft<Gate>;
  readonly path: Path;
  /** Beside others in an "any": not every one of them must pass. */
  readonly optional: boolean;
  /** Inside "any" or "all". */
  readonly nested: boolean;
}

/** Every condition of a list of gates, those inside "any" and "all" included. */
export function placedConditions(
  gates: readonly (Draft<GateEntry> | undefined)[] | undefined,
  path: Path,
  inside: { readonly optional: boolean; readonly nested: boolean } = { optional: false, nested: false },
): PlacedCondition[] {
  return entriesOf(gates).flatMap(([index, gate]) => {
    const place = [...path, index];
    if ('any' in gate) return placedConditions(gate.any, [...place, 'any'], { optional: true, nested: true });
    if ('all' in gate) return placedConditions(gate.all, [...place, 'all'], { ...inside, nested: true });
    return [{ gate: gate as Draft<Gate>, path: place, ...inside }];
  });
}

/** What one condition alone can get wrong: nothing to decide by, no value that passes, keys that its metric does not take. */
export function conditionRules(
  placed: PlacedCondition,
  columns: { readonly slices: readonly string[]; readonly features: readonly string[] },
): Finding[] {
  const { gate, path } = placed;
  return [
    ...decisionRules(gate, path),
    ...boundRules(gate, path),
    ...marginRules(gate, path),
    ...sliceRules(gate, columns.slices, path),
    ...keyRules(placed, columns),
  ];
}

/** Two conditions that must both hold and never can: `auc` at least 0.9 and at most 0.8. */
export function contradictionRules(conditions: readonly PlacedCondition[]): Finding[] {
  const binding = conditions.filter(({ optional, gate }) => !optional && gate.dryRun !== true);
  return binding.flatMap(({ gate, path }, at) => {
    const own = boundsOf(gate);
    if (own.low > own.high) return [];
    const other = binding.slice(0, at).find((before) => {
      const bounds = boundsOf(before.gate);
      return (
        sameSubject(before.gate, gate) && bounds.low <= bounds.high && (bounds.low > own.high || own.low > bounds.high)
      );
    });
    if (other === undefined) return [];
    const bounds = boundsOf(other.gate);
    const [floor, ceiling] = bounds.low > own.high ? [bounds.low, own.high] : [own.low, bounds.high];
    const key = (['atLeast', 'atMost', 'between'] as const).find((name) => gate[name] !== undefined) ?? 'metric';
    const message = `no ${gate.metric} is at least ${floor} and at most ${ceiling}, as two gates of this list ask together`;
    return [{ code: 'PRN-PLAN-012', path: [...path, key], on: 'value', message } as const];
  });
}

function sameSubject(one: Draft<Gate>, other: Draft<Gate>): boolean {
  return one.metric === other.metric && one.groups === other.groups && one.column === other.column;
}

function boundsOf({ atLeast, atMost, between }: Draft<Gate>): { readonly low: number; readonly high: number } {
  const [low, high] = between ?? [];
  return {
    low: Math.max(atLeast ?? Number.NEGATIVE_INFINITY, low ?? Number.NEGATIVE_INFINITY),
    high: Math.min(atMost ?? Number.POSITIVE_INFINITY, high ?? Number.POSITIVE_INFINITY),
  };
}

function decisionRules(gate: Draft<Gate>, path: Path): Finding[] {
  const { atLeast, atMost, between, versus, by, metric = 'it' } = gate;
  if (by !== undefined && versus === undefined) {
    const message = `"by" of the ${metric} gate compares with nothing`;
    const hint = 'add "versus": "champion"';
    return [{ code: 'PRN-PLAN-013', path: [...path, 'by'], on: 'key', message, hint, provided: path }];
  }
  const why = versus === undefined ? null : incomparable(metric);
  if (why !== null) return [{ code: 'PRN-PLAN-013', path: [...path, 'versus'], on: 'value', ...why }];
  if ([atLeast, atMost, between, versus].some((condition) => condition !== undefined)) return [];
  return [{ code: 'PRN-PLAN-011', path, on: 'key', message: `the gate on ${metric} has no condition`, provided: path }];
}

function incomparable(metric: string): { readonly message: string; readonly hint: string } | null {
  if (metric === 'classBalance') {
    const message = 'neither more nor less classBalance is better, so it cannot be compared with the champion';
    return { message, hint: 'use "between", or another metric' };
  }
  const family = gateFamily(metric);
  if (family === 'shift')
    return { message: `${metric} is a distance from the champion already`, hint: 'use "atMost" alone' };
  if (family === 'data')
    return { message: `${metric} is of the data, which the champion does not have another of`, hint: 'use bounds' };
  return null;
}

function boundRules(gate: Draft<Gate>, path: Path): Finding[] {
  const { metric = '', between } = gate;
  const [first, last] = between ?? [];
  if (first !== undefined && last !== undefined && first >= last) return [];
  const limits = metricLimits(metric);
  const { low: floor, high: ceiling } = boundsOf(gate);
  const at = (...keys: (keyof Gate)[]) => [...path, keys.find((key) => gate[key] !== undefined) ?? 'metric'];
  const impossible = (where: Path, message: string): Finding[] => [
    { code: 'PRN-PLAN-012', path: where, on: 'value', message },
  ];
  if (floor > ceiling)
    return impossible(at('atMost', 'between'), `no ${metric} is at least ${floor} and at most ${ceiling}`);
  if (floor > limits.high)
    return impossible(at('atLeast', 'between'), `${metric} is never above ${limits.high}, so never ${floor}`);
  if (ceiling < limits.low)
    return impossible(at('atMost', 'between'), `${metric} is never below ${limits.low}, so never ${ceiling}`);
  return [];
}

/** A margin as wide as the metric itself: only a perfect challenger of the worst champion would pass. */
function marginRules({ metric = '', by, versus }: Draft<Gate>, path: Path): Finding[] {
  if (by === undefined || versus === undefined) return [];
  const { low, high } = metricLimits(metric);
  if (by < high - low) return [];
  const message = `no challenger has ${by} more ${metric} than a champion: it lies between ${low} and ${high}`;
  return [{ code: 'PRN-PLAN-012', path: [...path, 'by'], on: 'value', message }];
}

function sliceRules({ slice, metric = '' }: Draft<Gate>, slices: readonly string[], path: Path): Finding[] {
  if (slice === undefined) return [];
  const base = { code: 'PRN-PLAN-021', path: [...path, 'slice'], on: 'value' } as const;
  if (servingMetrics.includes(metric) || gateFamily(metric) !== null)
    return [{ ...base, message: `${metric} has no slices`, hint: 'remove "slice"' }];
  return slices.includes(slice) ? [] : [{ ...base, ...unknownSlice('slice', slice, slices) }];
}

function keyRules({ gate, path, nested }: PlacedCondition, columns: Parameters<typeof conditionRules>[1]): Finding[] {
  const { metric = '', groups, column } = gate;
  const fair = gateFamily(metric) === 'fairness';
  const wrong = (on: 'key' | 'value', where: Path, message: string, hint: string): Finding => ({
    ...{ code: 'PRN-PLAN-041', path: where, on, message, hint },
    ...(on === 'key' && where === path ? { provided: path } : {}),
  });
  const findings: Finding[] = [];
  if (fair && groups === undefined)
    findings.push(
      wrong('key', path, `${metric} needs the groups that it compares`, 'add "groups": "<column of slices>"'),
    );
  if (!fair && groups !== undefined && metric !== '')
    findings.push(
      wrong('key', [...path, 'groups'], `${metric} compares no groups`, 'use "slice", or a fairness metric'),
    );
  if (fair && groups !== undefined && !columns.slices.includes(groups)) {
    const place = { code: 'PRN-PLAN-021', path: [...path, 'groups'], on: 'value' } as const;
    findings.push({ ...place, ...unknownSlice('groups', groups, columns.slices) });
  }
  if (metric === 'missingShare' && column === undefined)
    findings.push(wrong('key', path, 'missingShare needs the column that is meant', 'add "column": "<feature>"'));
  if (metric !== 'missingShare' && column !== undefined && metric !== '')
    findings.push(wrong('key', [...path, 'column'], `${metric} is of no single column`, 'remove "column"'));
  if (metric === 'missingShare' && column !== undefined && !columns.features.includes(column)) {
    const hint = didYouMean(column, columns.features, 'features') ?? 'name a feature';
    findings.push(wrong('value', [...path, 'column'], `${JSON.stringify(column)} is not a feature`, hint));
  }
  if (nested && gate.dryRun === true)
    findings.push(
      wrong(
        'key',
        [...path, 'dryRun'],
        'one of several conditions cannot be a dry run',
        'write "dryRun" beside "any" or "all"',
      ),
    );
  return findings;
}

function unknownSlice(key: string, column: string, slices: readonly string[]): Pick<Finding, 'message' | 'hint'> {
  const hint =
    didYouMean(column, slices, 'slices of this stage') ?? `add "slices": [${JSON.stringify(column)}] to the stage`;
  return { message: `${key} ${JSON.stringify(column)} is not among "slices"`, hint };
}
