import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ancestors, completeNeeds, inOrder, type WrittenStage } from '../../../src/plan/order.ts';
import type { StageKind } from '../../../src/plan/schema.ts';

const stage = (name: string, kind: StageKind, needs?: readonly string[]): WrittenStage => ({ name, kind, needs });

function needsOf(...stages: WrittenStage[]): Record<string, readonly string[]> {
  return Object.fromEntries(completeNeeds(stages));
}

describe('completeNeeds', () => {
  test('implies by kind: train the snapshot, evaluate every train, approve every evaluate, rollout every approve', () => {
    const needs = needsOf(
      stage('rollout', 'rollout'),
      stage('approve', 'approve'),
      stage('evaluate', 'evaluate'),
      stage('a', 'train'),
      stage('b', 'train'),
      stage('snapshot', 'snapshot'),
    );
    expect(needs).toEqual({
      snapshot: [],
      a: ['snapshot'],
      b: ['snapshot'],
      evaluate: ['a', 'b'],
      approve: ['evaluate'],
      rollout: ['approve'],
    });
  });

  test('lets a roll-out without approval need the evaluation', () => {
    expect(needsOf(stage('e', 'evaluate'), stage('r', 'rollout')).r).toEqual(['e']);
  });

  test.each(['command', 'activity'] as const)('puts a %s between the stage before it and all after it', (kind) => {
    const needs = needsOf(
      stage('snapshot', 'snapshot'),
      stage('own', kind),
      stage('a', 'train'),
      stage('e', 'evaluate'),
    );
    expect(needs).toEqual({ snapshot: [], own: ['snapshot'], a: ['snapshot', 'own'], e: ['own', 'a'] });
  });

  test('lets a command with written needs hold back nobody', () => {
    const needs = needsOf(
      stage('s', 'snapshot'),
      stage('a', 'train'),
      stage('own', 'command', ['a']),
      stage('e', 'evaluate'),
    );
    expect(needs).toMatchObject({ own: ['a'], e: ['a'] });
  });

  test('replaces what is implied by what is written', () => {
    expect(needsOf(stage('s', 'snapshot'), stage('a', 'train'), stage('b', 'train', ['a'])).b).toEqual(['a']);
    expect(needsOf(stage('s', 'snapshot'), stage('a', 'train', [])).a).toEqual([]);
  });
});

/** Graphs without circles: each stage may need those with a smaller number, and the file lists them in any order. */
const graph = fc.integer({ min: 1, max: 12 }).chain((count) =>
  fc
    .array(fc.array(fc.nat(11), { maxLength: 4 }), { minLength: count, maxLength: count })
    .map((lists) =>
      lists.map(
        (list, index) =>
          [`s${index}`, [...new Set(list.filter((need) => need < index))].map((need) => `s${need}`)] as const,
      ),
    )
    .chain((stages) => fc.shuffledSubarray(stages, { minLength: count })),
);

describe('inOrder', () => {
  test('puts every stage once, after all it needs, whatever the graph', () => {
    const sorted = fc.property(graph, (stages) => {
      const { order, cycles } = inOrder(new Map(stages));
      expect(cycles).toEqual([]);
      expect(order.toSorted()).toEqual(stages.map(([name]) => name).toSorted());
      for (const [name, needs] of stages)
        for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(name));
    });
    fc.assert(sorted, { seed: 3, numRuns: 300 });
  });

  test('keeps the order of the file where the graph leaves a choice', () => {
    expect(
      inOrder(
        new Map([
          ['b', []],
          ['a', []],
          ['c', ['a']],
        ]),
      ).order,
    ).toEqual(['b', 'a', 'c']);
  });

  test('finds a circle in any graph that has one, as a chain of needs', () => {
    const found = fc.property(graph, fc.nat(), (stages, pick) => {
      const needs = new Map<string, readonly string[]>(stages);
      const first = stages[pick % stages.length]?.[0] ?? '';
      const reached = [...ancestors(needs, first), first];
      const last = reached[pick % reached.length] ?? first;
      const { cycles } = inOrder(new Map([...needs, [last, [...(needs.get(last) ?? []), first]]]));
      expect(cycles.length).toBeGreaterThan(0);
      for (const cycle of cycles) {
        for (const [index, name] of cycle.entries()) {
          const next = cycle[(index + 1) % cycle.length] ?? '';
          expect([...(needs.get(name) ?? []), ...(name === last ? [first] : [])]).toContain(next);
        }
      }
    });
    fc.assert(found, { seed: 4, numRuns: 300 });
  });

  test('finds separate circles, and stages that need themselves', () => {
    const { order, cycles } = inOrder(
      new Map([
        ['a', ['b']],
        ['b', ['a']],
        ['c', ['c']],
        ['d', ['a']],
      ]),
    );
    expect(cycles).toEqual([['a', 'b'], ['c']]);
    expect(order).toEqual(['d']);
  });
});
