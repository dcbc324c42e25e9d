import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PerennialClient } from '../../../src/client/index.ts';
import { ownerOf } from '../../../src/platform/ownership.ts';
import { eraseState, type Platform, type PlatformEvent, startPlatform } from '../../../src/platform/platform.ts';
import { isListening } from '../../../src/platform/program.ts';
import { defaultPorts } from '../../../src/platform/settings.ts';
import { sitePackagesOf } from '../prepare/site-packages.ts';
import { prepareFlights } from '../prepare.ts';
import { expectThat } from './expectation.ts';
import type { Narrator } from './narrator.ts';
import type { StoryOptions } from './options.ts';

/** Where the story plays. */
export interface Stage {
  readonly narrator: Narrator;
  readonly interactive: boolean;
  readonly platform: Platform;
  /** Who runs the demo: may do everything, but not approve what they asked for. */
  readonly client: PerennialClient;
  readonly state: string;
  readonly flights: string;
  /** Folder of the example in the checkout. */
  readonly example: string;
  readonly signal: AbortSignal;
}

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** The data, a fresh platform, the model file applied. */
export async function openStage(options: StoryOptions, onStarted: (platform: Platform) => void): Promise<Stage> {
  const { narrator, signal, interactive } = options;
  const example = join(repository, 'examples', 'flights');
  const flights = join(repository, '.perennial', 'flights');
  narrator.chapter('Real flights: every departure from New York in 2013, with the weather of its hour');
  const prepared = await prepareFlights({
    out: flights,
    sitePackages: sitePackagesOf(join(repository, '.venv')),
    onProgress: (text) => narrator.line(text),
  });
  narrator.line(
    `${prepared.rows.toLocaleString('en')} flights in ${prepared.days} daily Parquet files${prepared.written ? '' : ' (already there)'}`,
    'good',
  );

  narrator.chapter('The platform: Temporal, a database, workers, API and gateway, all on this machine');
  const state = resolve(options.state);
  expectThat((await ownerOf(state)) === null, `Another demo runs from ${state}. Stop it first.`);
  await eraseDemo(state);
  const platform = await startPlatform({
    state,
    portBase: await freePorts(),
    onEvent: (event) => tell(narrator, event),
    signal,
  });
  onStarted(platform);
  narrator.line(
    `Temporal UI ${platform.urls.temporalUi}   API ${platform.urls.api}   gateway ${platform.urls.gateway}`,
    'good',
  );

  const client = new PerennialClient({
    url: platform.urls.api,
    gatewayUrl: platform.urls.gateway,
    token: platform.token,
  });
  narrator.chapter('perennial apply examples/flights/flight-delay.model.json');
  const applied = await client.apply(join(example, 'flight-delay.model.json'));
  narrator.line(
    `${applied.model} is registered; schedules in Temporal: ${applied.schedules.map(({ id, cron }) => `${id} (${cron})`).join(', ')}`,
    'good',
  );
  expectThat(applied.schedules.length === 2, 'The check and the retrain schedule should exist.');
  return { narrator, interactive, platform, client, state, flights, example, signal };
}

function tell(narrator: Narrator, event: PlatformEvent): void {
  if (event.kind === 'ready') narrator.line(`${event.name} is ready (${(event.ms / 1000).toFixed(1)} s)`);
  if (event.kind === 'restarting') narrator.line(`${event.name} died (${event.why}) and starts again`, 'warn');
}

/** Only a folder that a demo made is erased; the flights beside it are kept. */
async function eraseDemo(state: string): Promise<void> {
  expectThat(dirname(state) !== state && state.includes('demo'), `${state} does not look like a demo's folder.`);
  await eraseState(state);
}

/** The well-known ports, or others where something already listens. */
async function freePorts(): Promise<number | undefined> {
  const taken = await Promise.all(Object.values(defaultPorts).map(isListening));
  if (!taken.includes(true)) return undefined;
  for (let base = 17_400; ; base += 10) {
    const busy = await Promise.all([0, 1, 2, 3, 4].map((offset) => isListening(base + offset)));
    if (!busy.includes(true)) return base;
  }
}
