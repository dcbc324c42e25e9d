import { describe, expect, it } from 'vitest';
import { checkPage } from '../../../src/report/check-page.ts';
import { html } from '../../../src/report/markup.ts';
import { aCheck, aColumn } from '../cli/reports.ts';

describe('html', () => {
  it('reads no value of the data as markup', () => {
    expect(html`<b title="${'"><script>'}">${'<i>&'}</b>`.markup).toBe(
      '<b title="&quot;&gt;&lt;script&gt;">&lt;i&gt;&amp;</b>',
    );
  });

  it('takes markup and lists of it as they are, and null as nothing', () => {
    expect(html`<p>${html`<b>${1}</b>`}${[html`<i>a</i>`, html`<i>b</i>`]}${null}</p>`.markup).toBe(
      '<p><b>1</b><i>a</i><i>b</i></p>',
    );
  });
});

describe('the page of a check', () => {
  const page = checkPage(aCheck({ columns: [aColumn({ column: '<img src=x>', findings: ['a & b'] }), aColumn()] }));

  it('needs nothing else: no script, no request', () => {
    expect(page).not.toMatch(/<script|src=(?!x&gt;)|href=|url\(|@import/);
    expect(page).toContain("default-src 'none'");
  });

  it('names findings with their columns, and escapes what the data say', () => {
    expect(page).toContain('dep_delay: moved by 0.31 standard deviations');
    expect(page).toContain('&lt;img src=x&gt;');
    expect(page).not.toContain('<img');
  });

  it('stays below 500 KiB with a hundred columns', () => {
    const columns = Array.from({ length: 100 }, (_, at) => aColumn({ column: `column ${at}` }));
    expect(checkPage(aCheck({ columns })).length).toBeLessThan(500 * 1024);
  });
});
