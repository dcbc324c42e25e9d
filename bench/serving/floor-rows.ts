import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inTempFolder, repository } from '../report/place.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { flightModels } from './flight-models.ts';
import { type OurGateway, startOurs } from './our-gateway.ts';
import { type Answered, steadyLoad } from './steady-load.ts';

const fixture = (name: string) => join(repository, 'test', 'fixtures', 'onnx', `${name}.onnx`);
const perSecond = 400;
/** How long each canary gets traffic: until it is dropped and a little longer, and never longer than this. */
const mostSeconds = 15;
const afterDropMs = 300;

/** Canaries that fail under traffic: how long after the failure that drops one anybody still meets it. Nothing but the gateway takes part. */
export async function floorRows(injections: number): Promise<Row[]> {
  const models = await flightModels();
  return await inTempFolder('floors', async (folder) => {
    const gateway = await startOurs(models, folder, {
      versions: [1, 2],
      files: (version) => fixture(version === 1 ? 'good' : 'throws'),
      signature: {
        task: 'binary-classification',
        features: [
          { name: 'a', type: 'numeric' },
          { name: 'b', type: 'numeric' },
          { name: 'c', type: 'categorical' },
        ],
        classes: ['no', 'yes'],
      },
      route: { stable: 1 },
      pollMs: 25,
    });
    try {
      const delays: number[] = [];
      let missed = 0;
      let unanswered = 0;
      for (let injection = 0; injection < injections; injection++) {
        const { lastMs, dropped, failed } = await inject(gateway, `r${injection}`);
        delays.push(lastMs);
        missed += dropped ? 0 : 1;
        unanswered += failed;
      }
      const what = `${injections} failing canaries at ${perSecond} requests a second, half of them to it`;
      return [
        goalRow(
          `ms from the failure that drops a canary to its last answer, worst: ${what}`,
          100,
          figure([Math.max(...delays)]),
        ),
        goalRow(`canaries that were not dropped: ${what}`, 0, figure([missed])),
        goalRow(`requests without the champion's answer: ${what}`, 0, figure([unanswered])),
      ];
    } finally {
      await gateway.stop();
    }
  });
}

async function inject(gateway: OurGateway, rollout: string) {
  const halts = gateway.halts.length;
  gateway.move({ canary: 2, weight: 0.5, rollout, halted: null });
  const met: Answered[] = [];
  let failed = 0;
  let droppedAt = Number.POSITIVE_INFINITY;
  const enough = (): boolean => {
    if (gateway.halts.length > halts) droppedAt = Math.min(droppedAt, performance.now());
    return performance.now() > droppedAt + afterDropMs;
  };
  await steadyLoad({
    url: `${gateway.url}/v1/models/flight-delay/predict`,
    ...{ perSecond, connections: 8, seconds: mostSeconds, enough },
    // The row on which version 2 throws.
    features: () => ({ a: 0, b: 200, c: 'red' }),
    onAnswer: (answered) => {
      if (answered.status !== 200) failed += 1;
      if (answered.fallback || answered.version === 2) met.push(answered);
    },
  });
  // The tenth failure in a row drops it.
  const [tenth, last] = [met[9], met.at(-1)];
  const dropped = gateway.halts.length > halts && tenth !== undefined;
  gateway.move({ canary: null, weight: 0, rollout: null });
  await sleep(60);
  return { lastMs: (last?.answeredAt ?? 0) - (tenth?.answeredAt ?? 0), dropped, failed };
}
