import { describe, expect, it } from 'vitest';
import { renderCheck } from '../../../src/cli/output/check.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { checkPage } from '../../../src/report/check-page.ts';
import { type FeedbackReport, type HoldbackDay, watchFeedback } from '../../../src/rollout/feedback.ts';
import { feedbackFindings } from '../../../src/rollout/feedback-finding.ts';
import { aCheck } from '../cli/reports.ts';

const name = (index: number) => new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10);

interface Rates {
  readonly perDay: number;
  readonly share: number;
  readonly rest: number;
  readonly holdback: number;
}

/** So many days, each answer held back and labelled 1 by chance. */
function simulated(count: number, seed: number, ratesOf: (day: number) => Rates): HoldbackDay[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const { perDay, share, ...rates } = ratesOf(index);
    const [zero, one] = [
      { label: '0', rest: 0, holdback: 0 },
      { label: '1', rest: 0, holdback: 0 },
    ];
    for (let answer = 0; answer < perDay; answer += 1) {
      const arm = random() < share ? 'holdback' : 'rest';
      (random() < rates[arm] ? one : zero)[arm] += 1;
    }
    return { day: name(index), counts: { kind: 'classes', classes: [zero, one] } };
  });
}

const same = (rate: number) => () => ({ perDay: 100, share: 0.1, rest: rate, holdback: rate });

describe('labels of held-back answers beside those of the rest, day by day', () => {
  it.each([0.02, 0.5])('tell of a difference no more often than the rate allows where all is %s', (rate) => {
    const alarms = Array.from({ length: 150 }, (_, seed) => simulated(100, seed, same(rate))).filter((days) =>
      [10, 20, 40, 60, 80, 100].some((looked) => watchFeedback(days.slice(0, looked), 0.1)?.verdict === 'feedback'),
    );
    expect(alarms.length / 150).toBeLessThanOrEqual(0.1);
  });

  it('find a third less of a label where answers are acted upon', () => {
    const days = simulated(60, 5, () => ({ perDay: 300, share: 0.1, rest: 0.1, holdback: 0.15 }));
    const report = watchFeedback(days, 0.005);
    expect(report).toMatchObject({ verdict: 'feedback', kind: 'classes', from: '2026-01-01', to: '2026-03-01' });
    expect(report?.rows[0]?.what).toBe('1');
    expect(report?.rows[0]?.interval?.low).toBeGreaterThan(1);
    const [finding] = feedbackFindings(report);
    expect(finding).toMatchObject({ kind: 'feedback', code: 'labels-differ', severity: 'warning' });
    expect(finding?.says).toMatch(
      /^acting on the answers changes the labels: label 1 for 14.* % of the answers held back, .* of the rest \(ratio .* to .*; \d+ and \d+ labels\), since 2026-01-01$/,
    );
  });

  it('are not misled by a share that was raised on the day when the world changed', () => {
    const days = simulated(60, 9, (day) =>
      day < 30
        ? { perDay: 300, share: 0.05, rest: 0.05, holdback: 0.05 }
        : { perDay: 300, share: 0.4, rest: 0.3, holdback: 0.3 },
    );
    expect(watchFeedback(days, 0.1)?.verdict).toBe('nothing-found');
  });

  it('say nothing of too few, and are nothing where none was held back', () => {
    const few = simulated(4, 1, same(0.5));
    expect(watchFeedback(few, 0.05)?.verdict).toBe('inconclusive');
    expect(feedbackFindings(watchFeedback(few, 0.05))).toEqual([]);
    expect(
      watchFeedback(
        simulated(40, 1, () => ({ ...same(0.5)(), share: 0 })),
        0.05,
      ),
    ).toBeNull();
    expect(watchFeedback([], 0.05)).toBeNull();
  });

  it('pass over a day on which only one part has labels', () => {
    const [one = '0', two = '1'] = ['0', '1'];
    const lone: HoldbackDay = {
      day: name(0),
      counts: {
        kind: 'classes',
        classes: [
          { label: one, rest: 500, holdback: 0 },
          { label: two, rest: 0, holdback: 0 },
        ],
      },
    };
    const days = simulated(40, 3, same(0.3));
    const evidence = (given: readonly HoldbackDay[]) => watchFeedback(given, 0.05)?.rows.map(({ eValue }) => eValue);
    expect(evidence([lone, ...days])).toEqual(evidence(days));
  });

  it('compare numbers by their means, in standard deviations', () => {
    const days = (shift: number): HoldbackDay[] =>
      Array.from({ length: 30 }, (_, index) => ({
        day: name(index),
        counts: {
          kind: 'numbers',
          rest: { n: 200, mean: 40 + index, variance: 100 },
          holdback: { n: 20, mean: 40 + index + shift, variance: 100 },
        },
      }));
    const report = watchFeedback(days(4), 0.005);
    expect(report).toMatchObject({ verdict: 'feedback', kind: 'numbers', labelled: { rest: 6_000, holdback: 600 } });
    expect(report?.rows[0]?.size).toBeCloseTo(0.4, 12);
    expect(report?.rows[0]?.interval?.low).toBeGreaterThan(0);
    expect(report?.rows[0]?.interval?.high).toBeLessThan(8);
    expect(watchFeedback(days(0), 0.005)?.verdict).toBe('nothing-found');
  });
});

describe('a check of a model whose answers are held back in part', () => {
  const report = watchFeedback(simulated(60, 5, same(0.2)), 0.005) as FeedbackReport;

  it('shows both rates, the interval and how many labels, in the terminal and on its page', () => {
    const checked = aCheck({ feedback: report });
    const text = renderCheck(checked, { color: false, width: 400 });
    expect(text).toMatch(
      /hold-back: no sign that acting .* \(\d+ labels held back, [\d,]+ of the rest; label .* ratio /,
    );
    const page = checkPage(checked);
    expect(page).toContain('Whether acting on the answers changes the labels');
    expect(page).toContain('no sign of it');
  });
});
