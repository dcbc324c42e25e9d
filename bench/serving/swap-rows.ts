import { setTimeout as sleep } from 'node:timers/promises';
import { inTempFolder } from '../report/place.ts';
import { type Figure, figure, goalRow, type Row } from '../report/row.ts';
import { type FlightModels, flightModels } from './flight-models.ts';
import { memoryMiB, residentMiB } from './load.ts';
import type { LoopDelay } from './loop-delay.ts';
import { startOurs } from './our-gateway.ts';
import { type Answered, steadyLoad } from './steady-load.ts';

export interface SwapOptions {
  readonly seconds: number;
  readonly swaps: number;
  readonly perSecond: number;
  /** Each with a gateway that has just been started. */
  readonly rounds: number;
  /** Also says how much memory grew, from the second fifth of the time to the last. */
  readonly growth?: boolean;
}

/** Versions that take turns: the first time round each is loaded, and proven, from nothing. */
const versions = 10;
/** Load on a gateway that has just been started, before the promotions; its delay is a row of its own. */
const coldSeconds = 5;

/** Promotions one after the other under steady load: who answers, whether anything fails, and how long the event loop was ever held up. */
export async function swapRows(options: SwapOptions): Promise<Row[]> {
  const models = await flightModels();
  const rounds: SwapRound[] = [];
  for (let round = 0; round < options.rounds; round++)
    rounds.push(await inTempFolder('swaps', (folder) => swapRound(models, folder, options)));
  const { seconds, perSecond, swaps } = options;
  const what = `${seconds} s at ${perSecond} requests a second, ${swaps} promotions`;
  const each = (of: (round: SwapRound) => number | string): string => rounds.map(of).join(', ');
  const sent = `${each((round) => round.sent)} requests; in ${each((round) => round.late)} ticks of 1 ms all connections were busy`;
  const taken = `${each((round) => round.taken)} promotions were seen in the answers`;
  return [
    goalRow(`failed requests: ${what}`, 0, worstOf(rounds, 'failed'), sent),
    goalRow(`answers of a version that was not routed: ${what}`, 0, worstOf(rounds, 'wrong'), taken),
    goalRow(`MiB of memory at the end: ${what}`, 150, figure(rounds.map(({ endMiB }) => endMiB))),
    ...(options.growth ? rounds.map(({ memories }) => growthRow(memories, what)) : []),
    delayRow(
      what,
      rounds.map(({ delay }) => delay),
    ),
    delayRow(
      `first ${coldSeconds} s after a start at ${perSecond} requests a second`,
      rounds.map(({ cold }) => cold),
    ),
  ];
}

/** One gateway, from its start to its end. */
interface SwapRound {
  readonly sent: number;
  readonly late: number;
  readonly failed: number;
  readonly wrong: number;
  readonly taken: number;
  readonly endMiB: number;
  readonly memories: readonly number[];
  readonly cold: LoopDelay;
  readonly delay: LoopDelay;
}

async function swapRound(
  models: FlightModels,
  folder: string,
  { seconds, swaps, perSecond }: SwapOptions,
): Promise<SwapRound> {
  const all = Array.from({ length: versions }, (_, index) => index + 1);
  const gateway = await startOurs(models, folder, { versions: all, route: { stable: 1 } });
  const watch = new RouteWatch();
  const pid = gateway.process.pid ?? 0;
  const memories: number[] = [];
  const sampling = setInterval(() => memories.push(residentMiB(pid)), (seconds * 1000) / memorySamples);
  const load = (lasting: number) =>
    steadyLoad({
      url: `${gateway.url}/v1/models/flight-delay/predict`,
      ...{ perSecond, connections: 64, seconds: lasting },
      features: (n) => models.rows[n % models.rows.length] ?? {},
      onAnswer: (answered) => watch.see(answered),
    });
  try {
    await gateway.delay();
    const first = await load(coldSeconds);
    const cold = await gateway.delay();
    const loading = load(seconds);
    for (let swap = 1; swap <= swaps; swap++) {
      await sleep((seconds * 1000) / (swaps + 1));
      watch.moved(swap);
      gateway.move({ stable: (swap % versions) + 1 });
    }
    const { sent, late, broken } = await loading;
    const delay = await gateway.delay();
    clearInterval(sampling);
    const { wrong, taken } = watch;
    const failed = watch.failed + first.broken + broken;
    return { sent, late, failed, wrong, taken, endMiB: memoryMiB([pid]), memories, cold, delay };
  } finally {
    clearInterval(sampling);
    await gateway.stop();
  }
}

/** None may fail in any round. */
function worstOf(rounds: readonly SwapRound[], count: 'failed' | 'wrong'): Figure {
  return figure([Math.max(...rounds.map((round) => round[count]))]);
}

function delayRow(what: string, delays: readonly LoopDelay[]): Row {
  const worst = figure(delays.map(({ worstMs }) => worstMs));
  return goalRow(`worst event-loop delay ms: ${what}`, 10, worst, delays.map(originOf).join(' | '));
}

/** Whose fault a delay is: the gateway's, or that of a machine that let something else run. */
function originOf({ worstMs, p999Ms, worstOwnMs, keptWaitingMs, worstCollectionMs }: LoopDelay): string {
  const own = `worst of its own ${worstOwnMs.toFixed(1)}, worst collection ${worstCollectionMs.toFixed(1)}`;
  return `${worstMs.toFixed(1)}: 99.9 % below ${p999Ms.toFixed(1)}; ${own}; ready while others ran for ${keptWaitingMs.toFixed(0)} ms in all`;
}

const memorySamples = 100;

/** The first fifth is left out: versions are loaded then, and buffers grow to their size. */
function growthRow(memories: readonly number[], what: string): Row {
  const fifth = Math.floor(memories.length / 5);
  const [early, late] = [figure(memories.slice(fifth, 2 * fifth)).median, figure(memories.slice(-fifth)).median];
  const note = `median of ${early.toFixed(1)} MiB in the second fifth, of ${late.toFixed(1)} in the last`;
  return goalRow(`MiB that memory grew: ${what}`, 10, figure([late - early]), note);
}

/** Holds answers against the moves: once a promotion was answered by, no request sent later may meet the version before it. */
class RouteWatch {
  failed = 0;
  wrong = 0;
  taken = 0;
  #current = 0;
  /** When each promotion was first seen in an answer. */
  readonly #seenAt = new Map<number, number>([[0, 0]]);

  moved(swap: number): void {
    this.#current = swap;
  }

  see({ status, version, sentAt, answeredAt }: Answered): void {
    if (status !== 200) {
      this.failed += 1;
      return;
    }
    const swap = this.#swapOf(version);
    const known = [...this.#seenAt].some(([later, at]) => later > swap && at < sentAt);
    if (swap < 0 || known) this.wrong += 1;
    if (swap >= 0 && !this.#seenAt.has(swap)) {
      this.#seenAt.set(swap, answeredAt);
      this.taken += 1;
      for (const old of this.#seenAt.keys()) if (old < swap - 3) this.#seenAt.delete(old);
    }
  }

  /** The last promotion to this version; negative where there was none yet. */
  #swapOf(version: number): number {
    const behind = (this.#current - (version - 1) + versions) % versions;
    return this.#current - behind;
  }
}
