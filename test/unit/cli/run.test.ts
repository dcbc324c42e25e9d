import { describe, expect, it } from 'vitest';
import { renderRun } from '../../../src/cli/output/run.ts';
import { runLog } from '../../../src/cli/output/run-log.ts';
import { widthOf } from '../../../src/cli/output/style.ts';
import { aRun, aStage } from './reports.ts';

const style = { color: false, width: 100, now: '2013-11-20T03:07:10.000Z' };

describe('renderRun', () => {
  it('draws a tree of stages with state, time and detail', () => {
    expect(renderRun(aRun(), style)).toMatchInlineSnapshot(`
      "delays-r3  ● running  7m10s  as of 2013-11-20, manual by ana: new season
      ├─ ✔ snapshot  passed      8s  52,110 + 4,200 rows to learn from, 9,120 held out
      ├─ ● boosted   running  7m10s  attempt 2, trial 3/8, best auc 0.718
      └─ ○ evaluate  waiting"
    `);
  });

  it('says who is waited for, until when, and the command that decides', () => {
    const approval = {
      evidence: 'e'.repeat(64),
      evaluation: 'runs/delays-r3/evaluation.json',
      version: 4,
      candidate: 'boosted',
      roles: ['approver'],
      stage: 'approve',
      round: 1,
      quorum: 1,
      proven: false,
      barred: [],
      votes: [],
      requestedBy: 'ana',
      deadline: '2013-11-22T03:00:00.000Z',
      escalated: false,
    };
    const text = renderRun(aRun({ state: 'waiting-for-approval', approval }), style);
    expect(text).toContain('v4 (boosted) waits for approver until 2013-11-22 03:00 UTC');
    expect(text).toContain('perennial approve delays-r3 --reason');
    const two = renderRun(aRun({ state: 'waiting-for-approval', approval: { ...approval, quorum: 2 } }), style);
    expect(two).toContain('UTC; 0 of 2 approve');
  });

  it('names the command that retries a failed stage', () => {
    const stages = [aStage(), aStage({ name: 'boosted', state: 'failed', detail: 'out of memory' })];
    expect(renderRun(aRun({ state: 'waiting-for-retry', stages }), style)).toContain(
      'perennial retry delays-r3 boosted',
    );
  });

  it('tells all of what a stage failed of, that the tree has no room for', () => {
    const detail = 'no file of the source covers the window: put one there, or ask for another day, and then retry it';
    const stages = [aStage({ name: 'snapshot', state: 'failed', detail })];
    const lines = renderRun(aRun({ state: 'waiting-for-retry', stages }), { ...style, width: 60 }).split('\n');
    expect(lines[1]).toMatch(/…$/);
    expect(lines.slice(3, -1).join(' ').replaceAll(/\s+/g, ' ').trim()).toBe(detail);
    expect(lines.every((line) => widthOf(line) <= 60)).toBe(true);
  });

  it('cuts details so that no line is wider than the screen', () => {
    const stages = [aStage({ detail: 'many words '.repeat(30) })];
    const lines = renderRun(aRun({ stages }), { ...style, width: 80 }).split('\n');
    expect(widthOf(lines[1] ?? '')).toBeLessThanOrEqual(80);
  });
});

describe('runLog', () => {
  it('tells each change once', () => {
    const before = aRun();
    const after = aRun({ stages: before.stages.map((stage) => ({ ...stage, state: 'passed' as const })) });
    expect(runLog(before, before, style)).toEqual([]);
    expect(runLog(before, after, style)).toHaveLength(2);
  });

  it('tells how the run ended', () => {
    const result = { run: 'delays-r3', outcome: 'promoted' as const, version: 4, summary: 'v4 is stable' };
    const lines = runLog(aRun(), aRun({ state: 'closed', result }), style);
    expect(lines.at(-1)).toBe('delays-r3  ✔ promoted  v4 is stable');
  });
});
