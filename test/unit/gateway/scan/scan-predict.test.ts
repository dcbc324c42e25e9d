import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/evaluation/random.ts';
import { type FeatureProblem, readRow } from '../../../../src/gateway/features.ts';
import { type AnsweredEvent, logLine } from '../../../../src/gateway/log-line.ts';
import { parsePredict } from '../../../../src/gateway/predict-request.ts';
import type { Signature } from '../../../../src/gateway/predictor.ts';
import { scanPredict } from '../../../../src/gateway/scan/scan-predict.ts';

const signature: Signature = {
  task: 'binary-classification',
  features: [
    { name: 'a', type: 'numeric' },
    { name: 'wind speed', type: 'numeric' },
    { name: 'c', type: 'categorical' },
  ],
  classes: ['no', 'yes'],
};
const mostRows = 4;

function scan(body: string, of = signature) {
  const bytes = Buffer.from(body);
  return scanPredict(bytes, bytes.toString('latin1'), of, mostRows);
}

/** Holds what was scanned beside JSON.parse, the checks behind it, and the line that the log would get. True when it was scanned. */
function agrees(body: string): boolean {
  const scanned = scan(body);
  if (scanned === null) return false;
  const parsed = parsePredict(JSON.parse(body), mostRows);
  expect(scanned.single).toBe(parsed.single);
  expect(scanned.rows.map(({ id, key, features }) => ({ id, key, features }))).toEqual(parsed.rows);
  for (const [at, { features }] of parsed.rows.entries()) {
    const problems: FeatureProblem[] = [];
    const row = readRow(signature, features, 0, problems);
    expect(problems).toEqual([]);
    const values = scanned.rows[at]?.scan?.values ?? [];
    expect(values.length).toBe(row.length);
    expect(values.every((value, index) => Object.is(value, row[index]))).toBe(true);
    expect(lineOf(values, scanned.rows[at]?.scan?.text ?? null)).toBe(lineOf(row, null));
  }
  return true;
}

function lineOf(row: AnsweredEvent['row'], text: string | null, sensitive: readonly string[] = []): string {
  return logLine({
    ...{ at: '2026-01-01T00:00:00.000Z', id: 'i', model: 'm', version: 1, role: 'stable', rollout: null, share: 0 },
    ...{ consumer: null, holdback: false, latencyMs: 1, answer: null, error: null },
    ...{ signature, row, text, sensitive: new Set(sensitive) },
  });
}

const one = (a: string, wind = '1', c = '"x"') => `{"features":{"a":${a},"wind speed":${wind},"c":${c}}}`;

describe('a body that is scanned', () => {
  it.each([
    one('1'),
    one('null', 'null', 'null'),
    '{"id":"q1","key":"customer 7","features":{"a":1,"wind speed":2.5,"c":""}}',
    '{"features":{"a":1,"wind speed":2.5,"c":"x"},"key":"k","id":"q"}',
    '{"rows":[{"features":{"a":1,"wind speed":2,"c":"x"}},{"id":"b","features":{"a":1,"wind speed":2,"c":"y"}}]}',
    '{"rows": [{"id": "q1", "features": {"a": 1, "wind speed": 2.5, "c": "x y"}}]}\n',
    '{\n  "features": {\n    "a": 1,\n    "wind speed": 2.50,\n    "c": "x"\n  }\n}',
  ])('reads as JSON.parse would: %s', (body) => {
    expect(agrees(body)).toBe(true);
  });

  const numbers =
    '0 -0 0.0 -0.0 7 -7 70 0.1 -0.1 10.50 1e3 1E-7 2e+2 1e-400 0.000001 0.0000001 0.00000012 123456789012345 1234567890123456 12345678901234567890 ' +
    '17.261699999999998 0.30000000000000004 9007199254740993 3.4e38 1.7976931348623157 999999999999999 0.999999999999999 4.35 1.005';
  it.each(numbers.split(' '))('has the number %s to the last bit, and the log gets what it always got', (number) => {
    expect(agrees(one(number, number))).toBe(true);
  });

  it('has any number of up to 15 digits to the last bit', () => {
    const random = seededRandom(5);
    for (let count = 0; count < 20_000; count++) {
      const digits = String(Math.floor(random() * 10 ** (1 + Math.floor(random() * 15))));
      const cut = Math.floor(random() * (digits.length + 1));
      const number = `${random() < 0.5 ? '-' : ''}${digits.slice(0, cut) || '0'}${cut < digits.length ? `.${digits.slice(cut)}` : ''}`;
      expect(agrees(one(/^-?0\d/.test(number) ? '1' : number)), number).toBe(true);
    }
  });
});

describe('a body is left to JSON.parse', () => {
  it.each([
    ...['', '{', '[]', 'null', '{}', '{"rows":[]}', '{"features":{}}', `${one('1')}x`, `${one('1')}${one('1')}`],
    ...['01', '+1', '.5', '1.', '1e', '1e+', '--1', 'NaN', '1e39', 'true', '"1"', '1 2', '{}', 'nul', ''].map((a) =>
      one(a),
    ),
    ...['"a\\nb"', '"\\u0041"', '"é"', '"a\tb"', '7', '"x', 'x"'].map((c) => one('1', '1', c)),
    '{"features":{"wind speed":1,"a":1,"c":"x"}}',
    '{"features":{"a":1,"wind speed":1,"c":"x","d":1}}',
    '{"features":{"a":1,"wind speed":1,"c":"x",}}',
    '{"features":{"a":1,"a":1,"wind speed":1,"c":"x"}}',
    `{"id":,${one('1').slice(1)}`,
    `{"id",${one('1').slice(1)}`,
    `{"id":"",${one('1').slice(1)}`,
    `{"id":7,${one('1').slice(1)}`,
    `{"id":"a","id":"b",${one('1').slice(1)}`,
    `${one('1').slice(0, -1)},"features":{}}`,
    `${one('1').slice(0, -1)},"id"}`,
    `{"id":"${'x'.repeat(513)}",${one('1').slice(1)}`,
    `{"rows":[${Array(mostRows + 1)
      .fill(one('1'))
      .join(',')}]}`,
    `{"rows":[${one('1')}],"other":1}`,
    `{"rows":[${one('1')},]}`,
  ])('%s', (body) => {
    expect(scan(body)).toBeNull();
  });

  it('when a column has letters beyond ASCII in its name, also where their codes end alike', () => {
    const polish: Signature = { ...signature, features: [{ name: 'Ł', type: 'numeric' }] };
    expect(scan('{"features":{"A":1}}', polish)).toBeNull();
  });
});

it('whatever bytes arrive, what is scanned is what JSON.parse reads', () => {
  const random = seededRandom(11);
  const letters = '{}[],:"\\ 0123456789.-+eEnulltrueacdk\n\té';
  const whole = `{"rows":[{"id":"q1","features":{"a":-1.25,"wind speed":null,"c":"x"}},{"key":"k", "features":{"a":1e2,"wind speed":0.10,"c":null}}]}`;
  let scanned = 0;
  for (let count = 0; count < 30_000; count++) {
    const body = [...(random() < 0.5 ? whole : one('-12.5', '3'))];
    for (let edits = Math.floor(random() * 3); edits >= 0; edits--) {
      const letter = letters[Math.floor(random() * letters.length)] ?? '';
      body.splice(Math.floor(random() * body.length), random() < 0.6 ? 1 : 0, random() < 0.8 ? letter : '');
    }
    if (agrees(body.join(''))) scanned += 1;
  }
  expect(scanned).toBeGreaterThan(1_000);
});

it('no sensitive column reaches the log by the text of the caller', () => {
  const { values = [], text = null } = scan(one('1'))?.rows[0]?.scan ?? {};
  expect(text).not.toBeNull();
  expect(lineOf(values, text, ['a'])).toBe(lineOf(values, null, ['a']));
});
