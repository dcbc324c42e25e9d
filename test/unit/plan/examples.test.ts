import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formatProblems } from '../../../src/plan/format.ts';
import { read } from './read-for-test.ts';

const examples = ['examples/flights/flight-delay.model.json', 'examples/minimal/minimal.model.json'];

describe('the example model files', () => {
  test.each(examples)('%s is read without a mistake', (path) => {
    const result = read(readFileSync(path, 'utf8'));
    expect(result.ok ? '' : formatProblems(result.problems, { color: false })).toBe('');
  });

  test('the flights example runs its stages in the order of its story', () => {
    const result = read(readFileSync('examples/flights/flight-delay.model.json', 'utf8'));
    expect(result.ok && result.plan.stages.map(({ name, needs }) => `${name} < ${needs.join(' ')}`)).toEqual([
      'snapshot < ',
      'boosted < snapshot',
      'linear < snapshot',
      'evaluate < boosted linear',
      'approve < evaluate',
      'rollout < approve',
    ]);
  });
});
