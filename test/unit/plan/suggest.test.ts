import { describe, expect, test } from 'vitest';
import { gateMetrics } from '../../../src/plan/metrics.ts';
import { closest, didYouMean } from '../../../src/plan/suggest.ts';
import { randomFor } from '../../../src/sweep/random.ts';

/** The sets of words among which a real mistake is resolved: keys of one object, kinds, metrics, names. */
const vocabularies: readonly (readonly string[])[] = [
  ['$schema', 'model', 'owner', 'task', 'data', 'check', 'plan', 'retrain', 'compute', 'notify', 'smoke'],
  ['source', 'time', 'id', 'label', 'features', 'sensitive', 'segmentBy'],
  ['schedule', 'window', 'falseAlarmRate', 'performance', 'onAlarm', 'closesAfter', 'cooldown'],
  [
    'kind',
    'needs',
    'trainer',
    'parameters',
    'seed',
    'compute',
    'crossValidation',
    'sweep',
    'checkpointEvery',
    'timeout',
  ],
  ['metric', 'atLeast', 'atMost', 'between', 'versus', 'by', 'confidence', 'slice', 'dryRun'],
  [
    'kind',
    'needs',
    'shadow',
    'steps',
    'gates',
    'falseRollbackRate',
    'minimumRequests',
    'lookEvery',
    'extendAtMost',
    'otherwise',
    'bake',
  ],
  ['snapshot', 'train', 'command', 'activity', 'evaluate', 'approve', 'rollout'],
  gateMetrics('binary-classification'),
];

/** One letter lost, doubled, replaced, swapped with its neighbour, or the wrong case or word separator. */
function typo(word: string, random: () => number): string {
  const at = Math.floor(random() * (word.length - 1));
  const letter = 'abcdefghijklmnopqrstuvwxyz'.charAt(Math.floor(random() * 26));
  const forms = [
    word.slice(0, at) + word.slice(at + 1),
    word.slice(0, at) + letter + word.slice(at),
    word.slice(0, at) + letter + word.slice(at + 1),
    word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2),
    word.toUpperCase(),
    word.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`),
  ];
  return forms[Math.floor(random() * forms.length)] ?? word;
}

describe('closest', () => {
  test('finds the meant word for at least 95 of 100 typos', () => {
    const random = randomFor(1, 0);
    let [right, all] = [0, 0];
    for (const words of vocabularies) {
      for (const word of words) {
        for (let round = 0; round < 40; round++) {
          const written = typo(word, random);
          if (words.includes(written)) continue;
          all += 1;
          if (closest(written, words) === word) right += 1;
        }
      }
    }
    expect(all).toBeGreaterThan(2000);
    expect(right / all).toBeGreaterThanOrEqual(0.95);
  });

  test('finds nothing where nothing is near', () => {
    for (const words of vocabularies)
      for (const word of ['banana', 'x', 'zzzzzzzz', '']) expect(closest(word, words)).toBeNull();
  });

  test('takes the beginning of a word for the word when only one begins so', () => {
    expect(closest('multi', ['multiclass-classification', 'regression'])).toBe('multiclass-classification');
    expect(closest('serving', ['servingP50Ms', 'servingP99Ms'])).toBeNull();
  });
});

describe('didYouMean', () => {
  test('lists what is possible when no word is near', () => {
    expect(didYouMean('banana', ['auc', 'f1'], 'metrics')).toBe('metrics: auc, f1');
    expect(didYouMean('auk', ['auc', 'f1'], 'metrics')).toBe('did you mean "auc"?');
    expect(didYouMean('auc', [], 'metrics')).toBeUndefined();
  });
});
