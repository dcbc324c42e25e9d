import { describe, expect, it } from 'vitest';
import { builtinTrainers, expandCommand, neededParts } from '../../../src/training/command-line.ts';

const placeholders = { python: '/opt/my venv/bin/python', here: '/models/a b' };

describe('expandCommand', () => {
  it('fills {python} and {here} wherever they stand and keeps every argument whole', () => {
    expect(expandCommand(['{python}', '{here}/train.py', '--at={here}', 'plain text'], placeholders)).toEqual([
      '/opt/my venv/bin/python',
      '/models/a b/train.py',
      '--at=/models/a b',
      'plain text',
    ]);
  });

  it('fills the built-in trainers', () => {
    expect(expandCommand(builtinTrainers.xgboost, placeholders)).toEqual([
      '/opt/my venv/bin/python',
      '-m',
      'perennial_trainer.xgboost',
    ]);
  });

  it('refuses a placeholder that does not exist', () => {
    expect(() => expandCommand(['{pyhton}', 'x.py'], placeholders)).toThrow(/placeholder \{pyhton\}/);
  });

  it('leaves JSON alone', () => {
    expect(expandCommand(['{"depth": 3}', '{}'], placeholders)).toEqual(['{"depth": 3}', '{}']);
  });
});

it.each([
  [['{python}', '{here}/trainers/mine.py'], ['trainers']],
  [
    ['{here}/b/run.sh', '--with={here}/a/deep/x.json', '{here}/b/y'],
    ['a', 'b'],
  ],
  [['{python}', '{here}/mine.py', '{here}/b/y'], ['.']],
  [['{python}', '--folder', '{here}'], ['.']],
  [['PATH={here}/bin/x:{here}/lib/y'], ['bin', 'lib']],
  [['{here}/../other/mine.py'], ['.']],
  [['{python}', '/opt/mine.py'], []],
])('%j needs %j of the folder of the model file', (command, parts) => {
  expect(neededParts({ command })).toEqual(parts);
  expect(neededParts('xgboost')).toEqual([]);
});
