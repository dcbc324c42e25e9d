import type { BesideReport } from '../evaluation/report.ts';
import { scoredByCommand } from '../training/predict-command.ts';
import { html, type Markup } from './markup.ts';
import { formatCount, formatNumber, formatShare, formatSigned } from './numbers.ts';
import { badge, type Section } from './page.ts';
import { table } from './page-table.ts';

/** What was looked at besides the metrics: leaks and skew, other answers than the champion's, the load that it carries. */
export function besideSections(beside: BesideReport, version: number): Section[] {
  const { leaks, load, notLoaded = [] } = beside;
  const differences = beside.differences.filter((each) => each.version === version);
  return [
    ...(leaks.length > 0 ? [{ title: 'Leaks and skew', body: leakList(leaks) }] : []),
    ...(differences.length > 0 ? [{ title: 'What it answers otherwise', body: changed(differences) }] : []),
    ...(load.length > 0 ? [{ title: 'Under load', body: loadTable(load, version) }] : []),
    ...(notLoaded.length > 0 ? [{ title: 'Not put under load', body: html`<p>${notLoadedText(notLoaded)}</p>` }] : []),
  ];
}

/** Which versions a gateway could not be asked for, and why. */
export function notLoadedText(versions: readonly number[]): string {
  return `${versions.map((version) => `v${version}`).join(', ')}, ${scoredByCommand}`;
}

const tones = { info: 'plain', warning: 'warn', critical: 'bad' } as const;

function leakList(leaks: BesideReport['leaks']): Markup {
  const lines = leaks.map(
    ({ severity, column, says }) =>
      html`<li>${badge(tones[severity], severity)} ${column === null ? '' : html`<strong>${column}</strong> `}${says}</li>`,
  );
  return html`<ul>${lines}</ul>`;
}

function changed(differences: BesideReport['differences']): Markup {
  const rows = differences.map(({ over, difference: { rows: n, flipped, change, slices, largest } }) => {
    const most = slices[0] ? `${slices[0].column}=${slices[0].value}` : '';
    const examples = largest
      .slice(0, 3)
      .map(({ id, before, after }) => `${id}: ${formatNumber(before)} → ${formatNumber(after)}`);
    return [
      html`${over === 'holdout' ? 'hold\u2011out' : 'last requests'}`,
      html`${formatCount(n)}`,
      html`${formatCount(flipped)} (${formatShare(n === 0 ? 0 : flipped / n)})`,
      html`${formatSigned(change.mean)}`,
      html`${formatNumber(change.quantiles.max)}`,
      html`${most}<small>${examples.join('; ')}</small>`,
    ];
  });
  const head = [
    'rows of',
    { number: 'rows' },
    { number: 'flipped' },
    { number: 'mean change' },
    { number: 'largest' },
    'most in',
  ];
  return table(head, rows);
}

function loadTable(load: BesideReport['load'], version: number): Markup {
  const rows = load.map(
    ({ version: each, p50Ms, p99Ms, answeredPerSecond, errors, memoryMiB, loadMs, kneePerSecond }) => [
      html`v${each}${each === version ? html` <small>this version</small>` : null}`,
      html`${formatNumber(p50Ms)}`,
      html`${formatNumber(p99Ms)}`,
      html`${formatNumber(answeredPerSecond)}`,
      html`${formatCount(errors)}`,
      html`${kneePerSecond === null ? '–' : formatNumber(kneePerSecond)}`,
      html`${formatNumber(memoryMiB)}`,
      html`${formatNumber(loadMs)}`,
    ],
  );
  const titles = ['p50 ms', 'p99 ms', 'answered a second', 'errors', 'knee, a second', 'memory MiB', 'load ms'];
  return table(['', ...titles.map((number) => ({ number }))], rows);
}
