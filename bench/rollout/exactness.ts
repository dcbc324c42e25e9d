import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Bets, commonBets, rareBets } from '../../src/rollout/bets.ts';
import {
  countEvidence,
  type EventCounts,
  eValueAbove,
  eValueBelow,
  pairEvidence,
} from '../../src/rollout/e-process.ts';
import { shiftAbove } from '../../src/rollout/mean-shift.ts';
import { peerFolder, peerPython } from '../report/python-environment.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { generator } from './simulated.ts';

interface Stream {
  readonly kind: 'counts' | 'pairs' | 'shift';
  readonly bets: Bets;
  readonly allowed: number;
  /** Of counts: share and arm of each event, one after the other; of pairs: outcomes; of a shift: difference and variance. */
  readonly events: readonly (readonly number[])[];
}

/** 1,000 streams, each computed here from its counts, and by NumPy and SciPy event by event or as an integral. */
export async function exactnessRows(): Promise<Row[]> {
  const random = generator(3);
  const streams = Array.from({ length: 1_000 }, (_, index) => randomStream(random, index));
  const input = JSON.stringify(streams);
  const script = join(peerFolder('scipy'), 'e_values.py');
  const output = execFileSync(await peerPython('scipy'), [script], { input, maxBuffer: 1 << 28, encoding: 'utf8' });
  const theirs = JSON.parse(output) as readonly number[];
  const errors = streams.map((stream, index) => Math.abs(ours(stream) / (theirs[index] ?? Number.NaN) - 1));
  const worst = figure([Math.max(...errors) * 1e9]);
  return [
    goalRow('e-values of 1,000 streams beside NumPy and SciPy, largest relative difference, 1e-9', 1, {
      ...worst,
      n: 1_000,
    }),
    updateRow(),
  ];
}

/** An event comes in: the evidence of all bets is up to date. */
function updateRow(): Row {
  const counts = { share: 0.05, canary: 10, stable: 100 };
  const strata: EventCounts[] = [counts];
  const updates = 200_000;
  let sum = 0;
  const runs = Array.from({ length: 7 }, () => {
    const before = process.cpuUsage();
    for (let event = 0; event < updates; event += 1) {
      if (event % 20 === 0) counts.canary += 1;
      else counts.stable += 1;
      sum += eValueAbove(countEvidence(strata), 1, rareBets);
    }
    return process.cpuUsage(before).user / updates;
  });
  return goalRow('an event and the e-value after it, µs of CPU', 1, figure(runs), `checksum ${sum.toPrecision(6)}`);
}

function randomStream(random: () => number, index: number): Stream {
  const allowed = 1 + Math.floor(random() * 4) * 0.05;
  if (index % 10 === 0) {
    return {
      kind: 'shift',
      bets: rareBets,
      allowed: (allowed - 1) / 2,
      events: [[(random() - 0.4) / 2, 10 ** (-2 - 2 * random())]],
    };
  }
  const length = Math.floor(random() * 300);
  const bias = 0.3 + random();
  if (index % 3 === 0) {
    const events = Array.from({ length }, () => [Math.floor(random() * 3)]);
    return { kind: 'pairs', bets: commonBets, allowed, events };
  }
  const events = Array.from({ length }, (_, at) => {
    const share = [0.05, 0.25, 0.5][Math.floor((3 * at) / length)] ?? 0.5;
    return [share, random() < share * bias ? 1 : 0];
  });
  return { kind: 'counts', bets: index % 2 === 0 ? rareBets : commonBets, allowed, events };
}

function ours({ kind, bets, allowed, events }: Stream): number {
  const count = (value: number): number => events.filter(([outcome]) => outcome === value).length;
  if (kind === 'shift') return shiftAbove({ difference: events[0]?.[0] ?? 0, variance: events[0]?.[1] ?? 1 }, allowed);
  if (kind === 'pairs') {
    const evidence = pairEvidence({ onlyCanary: count(0), onlyStable: count(1), both: count(2) });
    return eValueAbove(evidence, allowed, bets);
  }
  const strata = [0.05, 0.25, 0.5].map((share) => {
    const own = events.filter(([at]) => at === share);
    const canary = own.filter(([, arm]) => arm === 1).length;
    return { share, canary, stable: own.length - canary };
  });
  const evidence = countEvidence(strata);
  return eValueAbove(evidence, allowed, bets) + eValueBelow(evidence, 1 / allowed, bets);
}
