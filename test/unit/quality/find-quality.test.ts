import { describe, expect, test } from 'vitest';
import { findQuality } from '../../../src/quality/find-quality.ts';
import { qualityRules } from '../../../src/quality/quality.ts';
import { colours, day, dayAt, input, prices, reference, shop } from './profiles.ts';

const codes = (of: ReturnType<typeof findQuality>) =>
  of.map(({ code, column, severity }) => `${severity} ${code} ${column}`);

describe('data quality of a window', () => {
  test('is nothing to speak of where days are as the reference', () => {
    expect(findQuality(input())).toEqual([]);
  });

  test('tells a fault of several days once, by its worst day', () => {
    const spoilt = (missing: number) =>
      day({ columns: { price: prices({ present: 1_000 - missing, missing }), colour: colours() } });
    const found = findQuality(input({ 2: spoilt(100), 3: spoilt(300), 5: spoilt(200) }));
    expect(found).toMatchObject([{ code: 'missing-values', column: 'price', severity: 'warning', size: 0.3 }]);
    expect(found[0]?.says).toBe('30 % of 1000 rows missing, 0 % in the reference (2024-03-07; 3 of 7 days)');
  });

  test('puts the worst first', () => {
    const { schema } = day();
    const gone = day({
      schema: schema.filter(({ name }) => name !== 'price'),
      columns: { colour: colours({ red: 480, green: 300, blue: 200, pink: 20 }) },
    });
    expect(codes(findQuality(input({ 6: gone })))).toEqual([
      'critical missing-column price',
      'warning new-category colour',
    ]);
  });

  test('leaves out what the model file says: a code, a code of a column, a column', () => {
    const spoilt = day({ columns: { price: prices({ missing: 200 }), colour: colours({ red: 800, pink: 100 }) } });
    const ignoring = (...ignore: string[]) =>
      codes(findQuality(input({ 6: spoilt }, { rules: qualityRules(shop({}, { quality: { ignore } })) })));
    expect(ignoring()).toEqual([
      'warning vanished-category colour',
      'warning missing-values price',
      'warning new-category colour',
    ]);
    expect(ignoring('missing-values', 'colour.*')).toEqual([]);
    expect(ignoring('price.missing-values', 'colour.vanished-category')).toEqual(['warning new-category colour']);
  });

  test('judges a day of few rows by their number alone', () => {
    const few = day({
      rows: 40,
      columns: { price: prices({ present: 0, missing: 40 }), colour: colours({ pink: 40 }) },
    });
    expect(codes(findQuality(input({ 6: few })))).toEqual(['critical row-count null']);
  });

  test('has an answer for a window without any data', () => {
    const none = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [index, null]));
    const found = findQuality(input(none, { history: [], current: day({ rows: 0, schema: [], columns: {} }) }));
    expect(found).toMatchObject([{ code: 'late-partition', severity: 'critical' }]);
    expect(found[0]?.says).toContain('7 days without data');
  });
});

describe('new columns', () => {
  test('are told one by one, and a flood of them as one', () => {
    const wider = (by: number) => {
      const added = Array.from({ length: by }, (_, at) => ({ name: `n${at}`, type: 'DOUBLE' }));
      return findQuality(input({ 6: day({ schema: [...day().schema, ...added] }) }));
    };
    expect(wider(2).map(({ column }) => column)).toEqual(['n0', 'n1']);
    expect(wider(10_000)).toMatchObject([{ code: 'new-column', column: null, severity: 'info' }]);
    expect(wider(10_000)[0]?.says).toContain('10000 columns that were not there before: n0, n1');
  });
});

describe('partitions', () => {
  test('are late only once they should have come', () => {
    const early = input({ 6: null }, { asOf: `${dayAt('2024-03-04', 7)}T05:59:00.000Z` });
    expect(findQuality(early)).toMatchObject([{ code: 'late-partition', severity: 'info', column: null }]);
    expect(codes(findQuality(input({ 6: null })))).toEqual(['critical late-partition null']);
  });

  test('are not missed on a weekday that has none', () => {
    const sundays = (at: string) => new Date(at).getUTCDay() === 0;
    const closed = input({ 6: null });
    const history = closed.history.filter((past) => !sundays(past.day));
    expect(sundays(closed.days[6]?.day ?? '')).toBe(true);
    expect(findQuality({ ...closed, history })).toEqual([]);
  });

  test('of a day that is still running are not counted', () => {
    const running = input({ 6: day({ rows: 100 }) }, { asOf: `${dayAt('2024-03-04', 6)}T06:00:00.000Z` });
    expect(findQuality(running)).toEqual([]);
  });

  test('with half of the rows on every Sunday are no anomaly', () => {
    const half = input({ 6: day({ rows: 500 }) });
    const history = half.history.map((past) => (new Date(past.day).getUTCDay() === 0 ? { ...past, rows: 500 } : past));
    expect(codes(findQuality(half))).toEqual(['warning row-count null']);
    expect(findQuality({ ...half, history })).toEqual([]);
  });
});

describe('columns', () => {
  const at = (column: ReturnType<typeof prices>, file = shop()) =>
    codes(findQuality(input({ 6: day({ columns: { price: column, colour: colours() } }) }, { file })));

  test('may have other types of number, and readable text where the source has no types', () => {
    const typed = (type: string) =>
      day({ schema: day().schema.map((it) => (it.name === 'price' ? { ...it, type } : it)) });
    expect(findQuality(input({ 6: typed('DOUBLE') }))).toEqual([]);
    expect(codes(findQuality(input({ 6: typed('VARCHAR') })))).toEqual(['warning changed-type price']);
    const csv = day({ schema: day().schema.map(({ name }) => ({ name, type: 'VARCHAR' })) });
    const days = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [index, csv]));
    const untyped = { ...reference, whole: { ...reference.whole, schema: csv.schema } };
    const found = findQuality(input(days, { history: [], reference: untyped }));
    expect(found.filter(({ code }) => code === 'changed-type')).toEqual([]);
  });

  test('may reach a little beyond the reference, not far', () => {
    const bins = [...prices().bins.slice(0, -1), 5];
    expect(at(prices({ max: 180, bins }))).toEqual([]);
    expect(at(prices({ max: 380, bins }))).toEqual(['info outside-learnt-range price']);
    expect(at(prices({ max: 2_000, bins }))).toEqual(['warning outside-learnt-range price']);
  });

  test('are held to a declared range strictly', () => {
    const file = shop({ price: { type: 'numeric', range: [0, 100] } });
    expect(at(prices({ max: 101 }), file)).toEqual(['warning out-of-range price']);
  });

  test('may be missing as often as on the worst day of the reference', () => {
    const worst = reference.days.map((past, index) =>
      index === 9 ? { ...past, columns: { ...past.columns, price: { meanRank: 0.5, missing: 0.2, cells: [] } } } : past,
    );
    const spoilt = { 6: day({ columns: { price: prices({ present: 800, missing: 200 }), colour: colours() } }) };
    expect(codes(findQuality(input(spoilt)))).toEqual(['warning missing-values price']);
    expect(findQuality(input(spoilt, { reference: { ...reference, days: worst } }))).toEqual([]);
  });

  test('have names that the model file allows', () => {
    const pink = {
      6: day({ columns: { price: prices(), colour: colours({ red: 450, green: 300, blue: 200, pink: 50 }) } }),
    };
    expect(codes(findQuality(input(pink)))).toEqual(['warning new-category colour']);
    const file = shop({ colour: { type: 'categorical', categories: ['pink'] } });
    expect(findQuality(input(pink, { file }))).toEqual([]);
  });
});

describe('labels', () => {
  const numbers = (min: number, max: number) => ({
    present: 1_000,
    missing: 0,
    classes: {},
    mean: (min + max) / 2,
    min,
    max,
  });
  const was = { ...reference, whole: { ...reference.whole, label: numbers(0, 100) } };
  const found = (label: ReturnType<typeof numbers>, index = 4) =>
    codes(findQuality(input({ [index]: day({ label }) }, { reference: was })));

  test('of a regression may go beyond the reference by its span, not further', () => {
    expect(found(numbers(-50, 190))).toEqual([]);
    expect(found(numbers(0, 250))).toEqual(['warning label-out-of-range bought']);
  });

  test('are judged once they are final', () => {
    const none = { ...numbers(0, 100), present: 0, missing: 1_000 };
    expect(found(none, 5)).toEqual(['critical label-missing bought']);
    expect(found(none, 6)).toEqual([]);
  });
});
