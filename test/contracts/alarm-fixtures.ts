import type { NewCheck } from '../../src/alarm/check-record.ts';
import { type Finding, findingKinds } from '../../src/alarm/finding.ts';
import type { Registry } from '../../src/registry/registry.ts';

export const day = (number: number) => new Date(Date.UTC(2030, 0, number)).toISOString();

export function finding(column: string, change: Partial<Finding> = {}): Finding {
  return {
    ...{ kind: 'drift', code: 'shifted', column, segment: null, severity: 'warning', size: 0.3 },
    ...{ says: `${column} moved`, ...change },
  };
}

let executions = 0;

/** A check by an execution of its own. */
export function aCheck(model: string, asOf: string, change: Partial<NewCheck> = {}): NewCheck {
  executions += 1;
  const { findings = [] } = change;
  return {
    ...{ model, asOf, champion: null, findings, judged: findingKinds },
    ...{ verdict: findings.length > 0 ? 'alarm' : 'quiet', summary: 'said', evidence: `checks/${model}/${asOf}.json` },
    ...{ measures: { 'drift.effect/a': 0.1 }, durations: { measure: 12 } },
    ...{ trigger: { kind: 'schedule', by: 'schedule' }, workflowId: `check:${model}`, temporalRunId: `t${executions}` },
    ...change,
  };
}

/** Checks of one day after the other, with what each of them finds. */
export async function checkDays(
  registry: Registry,
  model: string,
  from: number,
  found: readonly (readonly Finding[])[],
) {
  const moves = [];
  for (const [index, findings] of found.entries())
    moves.push(await registry.recordCheck(aCheck(model, day(from + index), { findings })));
  return moves;
}
