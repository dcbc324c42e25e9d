import { expectThat } from './expectation.ts';
import type { Stage } from './open.ts';
import { resultOf } from './runs.ts';

export interface Champion {
  readonly run: string;
  readonly version: number;
}

/** January and February teach the first champion: there is nothing to beat, so passing the absolute gates is enough. */
export async function championStep(stage: Stage): Promise<Champion> {
  const { client, narrator } = stage;
  narrator.chapter('The first champion, as of 1 March 2013');
  const handle = await client.retrain('flight-delay', { asOf: '2013-03-01', reason: 'the first version' });
  const { run, outcome, version, summary } = await resultOf(stage, await handle.run());
  expectThat(
    outcome === 'promoted' && version !== null,
    `The first version should have become stable, but the run ended as ${outcome}: ${summary}`,
  );
  const { evaluation } = await client.run(run);
  narrator.line(
    `flight-delay@${version} is stable: it passed every gate on ${evaluation?.holdoutRows.toLocaleString('en')} held-out flights`,
    'good',
  );
  return { run, version };
}
