import { describe, expect, it } from 'vitest';
import { assembleLive, dropRollout, type LoadedVersion } from '../../../src/gateway/live-model.ts';
import type { AnsweredEvent } from '../../../src/gateway/log-line.ts';
import type { RowResult } from '../../../src/gateway/micro-batch.ts';
import type { Signature } from '../../../src/gateway/predictor.ts';
import { type Desk, type Served, serveRow } from '../../../src/gateway/serve.ts';

const signature: Signature = {
  task: 'regression',
  features: [{ name: 'x', type: 'numeric' }],
  classes: [],
};
const route = {
  ...{ model: 'm', segment: 'all', rev: 1, stable: 1, canary: 2, weight: 1, shadow: null },
  ...{ rollout: 'r', leaseUntil: '2999-01-01T00:00:00Z', halted: null },
};

/** A champion that answers at once, and a canary whose answers the test gives. */
function scene() {
  const asked: ((result: RowResult) => void)[] = [];
  const answer: RowResult = {
    ...{ ok: true, index: 0, ms: 1, group: 1 },
    scores: { rows: 1, width: 1, values: Float32Array.of(7) },
  };
  const version = (number: number, ask: LoadedVersion['batch']['ask']): LoadedVersion => ({
    ...{ model: 'm', version: number, signature, place: 'inside', runtime: 'onnx', close: async () => undefined },
    batch: { ask, waiting: () => 0, drained: async () => undefined },
  });
  const stable = version(1, (_, done) => {
    done(answer);
    return true;
  });
  const canary = version(2, (_, done) => asked.push(done) > 0);
  const live = assembleLive({
    ...{ route, stable, challengers: [canary], sensitive: new Set<string>(), haltedHere: null, before: null },
  });
  const events: AnsweredEvent[] = [];
  const served: Served[] = [];
  let failures = 0;
  const desk: Desk = {
    now: () => Date.parse('2026-01-01T00:00:00Z'),
    stamp: () => '2026-01-01T00:00:00.000Z',
    log: (event) => events.push(event),
    challengerEnded(of, _, outcome) {
      failures += outcome === 'ok' ? 0 : 1;
      if (failures === 2) dropRollout(of, '2 failures in a row');
    },
    shadowEnded: () => undefined,
    later: () => true,
    shadowDropped: () => undefined,
  };
  const serve = (id: string): void => {
    const request = {
      id,
      key: id,
      sent: { features: { x: 1 } },
      row: [1],
      text: null,
      consumer: null,
      holdback: false,
    };
    serveRow(live, request, desk, (each) => served.push(each));
  };
  const fail = (at: number): void => asked[at]?.({ ok: false, error: new Error('broken'), ms: 1, group: 1 });
  return { serve, fail, succeed: (at: number) => asked[at]?.(answer), events, served };
}

describe('rows that wait for a canary', () => {
  it('are answered by the champion in the moment in which the canary is dropped', () => {
    const { serve, fail, served, events } = scene();
    for (const id of ['a', 'b', 'c', 'd']) serve(id);
    fail(0);
    expect(served.map(({ fallback }) => fallback)).toEqual(['canary-error']);
    fail(1);
    expect(served.map(({ fallback, version }) => ({ fallback, version }))).toEqual([
      { fallback: 'canary-error', version: 1 },
      { fallback: 'canary-dropped', version: 1 },
      { fallback: 'canary-dropped', version: 1 },
      { fallback: 'canary-error', version: 1 },
    ]);
    expect(events.filter(({ id }) => id === 'c')).toMatchObject([{ role: 'canary', answer: null }]);
    expect(events.find(({ id }) => id === 'c')?.error).toMatch(/^canary-dropped: /);
  });

  it('are answered once: what the dropped canary says later is passed over', () => {
    const { serve, fail, succeed, served, events } = scene();
    for (const id of ['a', 'b', 'c']) serve(id);
    fail(0);
    fail(1);
    const before = events.length;
    succeed(2);
    expect(served).toHaveLength(3);
    expect(events).toHaveLength(before);
    serve('d');
    expect(served.at(-1)).toMatchObject({ version: 1, fallback: null });
  });
});
