import { describe, expect, it } from 'vitest';
import { type ClockedLook, nextClock, type StepClock } from '../../../src/rollout/step-clock.ts';

const at = (seconds: number) => new Date(Date.parse('2026-03-02T10:00:00.000Z') + seconds * 1_000).toISOString();

function look(seconds: number, change: Partial<ClockedLook> = {}): ClockedLook {
  const tallies = { newestAt: at(seconds), newestLabelAt: at(seconds) };
  return { step: 'canary 1', at: at(seconds), paused: false, tallies, gates: [], quietMs: 60_000, ...change };
}

/** Looks each ten seconds. */
function watched(seconds: number, change: (second: number) => Partial<ClockedLook>): StepClock | null {
  let clock: StepClock | null = null;
  for (let second = 0; second <= seconds; second += 10) clock = nextClock(clock, look(second, change(second)));
  return clock;
}

describe('the clock of a step', () => {
  it('runs while requests come in, also slowly', () => {
    expect(watched(600, () => ({}))).toMatchObject({ idle: false, idleMs: 0 });
    const slowly = (second: number) => ({ tallies: { newestAt: at(second - (second % 60)), newestLabelAt: null } });
    expect(watched(600, slowly)?.idleMs).toBe(0);
  });

  it('stands still while none do, from a minute of silence on', () => {
    const silent = () => ({ tallies: { newestAt: at(0), newestLabelAt: null } });
    expect(watched(600, silent)).toMatchObject({ idle: true, idleMs: 540_000 });
    expect(watched(600, () => ({ tallies: { newestAt: null, newestLabelAt: null } }))?.idleMs).toBe(600_000);
  });

  it('stands still for labels only while a gate that acts waits for them', () => {
    const late = (verdict: 'pass' | 'inconclusive', dryRun: boolean) => (second: number) => ({
      tallies: { newestAt: at(second), newestLabelAt: null },
      gates: [{ metric: 'recall', verdict, dryRun }] as const,
    });
    expect(watched(300, late('inconclusive', false))?.idleMs).toBe(300_000);
    expect(watched(300, late('pass', false))?.idleMs).toBe(0);
    expect(watched(300, late('inconclusive', true))?.idleMs).toBe(0);
  });

  it('counts no time that a person holds the step, and begins anew with the next one', () => {
    const silent = { newestAt: null, newestLabelAt: null };
    expect(watched(300, () => ({ tallies: silent, paused: true }))?.idleMs).toBe(0);
    const before = watched(300, () => ({ tallies: silent }));
    expect(nextClock(before, look(310, { step: 'canary 2', tallies: silent }))).toMatchObject({
      idleMs: 0,
      idle: true,
    });
  });
});
