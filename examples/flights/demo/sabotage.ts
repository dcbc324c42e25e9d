import { join } from 'node:path';
import { renderGates } from '../../../src/cli/output/gates.ts';
import type { EvaluationReport } from '../../../src/client/index.ts';
import { expectThat } from './expectation.ts';
import type { Stage } from './open.ts';
import { resultOf } from './runs.ts';

export interface Rejected {
  readonly run: string;
  readonly leaky: EvaluationReport['candidates'][number];
  readonly brittle: EvaluationReport['candidates'][number];
}

/** One trainer has seen the answers, another builds a model that breaks on real rows: both look good to themselves. */
export async function sabotageStep(stage: Stage): Promise<Rejected> {
  const { client, narrator, example } = stage;
  narrator.chapter('A run with two bad trainers: one leaks the label, one breaks in use');
  const handle = await client.retrain('flight-delay', {
    asOf: '2013-07-08',
    reason: 'somebody changed the trainers',
    plan: join(example, 'sabotaged.model.json'),
  });
  const { run, outcome } = await resultOf(stage, await handle.run());
  const { evaluation } = await client.run(run);
  expectThat(evaluation !== null, `${run} should have been evaluated.`);
  for (const { candidate, gates } of evaluation.candidates)
    narrator.block(`\n  ${candidate}\n${renderGates(gates, { ...narrator.style, indent: 4 })}`);
  narrator.block('');
  expectThat(outcome === 'rejected', `The gates should have rejected both candidates, but ${run} ended as ${outcome}.`);
  const leaky = evaluation.candidates.find(({ candidate }) => candidate === 'leaky');
  const brittle = evaluation.candidates.find(({ candidate }) => candidate === 'brittle');
  expectThat(leaky !== undefined && brittle !== undefined, 'Both candidates should have been judged.');
  narrator.line(
    `leaky claims auc ${leaky.trainerMetrics.auc?.toFixed(3)} of itself; on the held-out flights it reaches ${leaky.metrics.auc?.toFixed(3)}: rejected`,
    'good',
  );
  return { run, leaky, brittle };
}
