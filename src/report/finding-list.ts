import type { Finding, Severity } from '../alarm/finding.ts';
import { html, type Markup } from './markup.ts';
import { badge, type Tone } from './page.ts';

/** Tone of a severity, for words and colours alike. */
export const toneOf: Readonly<Record<Severity, Tone>> = { critical: 'bad', warning: 'warn', info: 'plain' };

/** In the order given: the report has them worst first. */
export function findingList(findings: readonly Finding[]): Markup {
  return html`<ul>${findings.map(
    ({ severity, says, segment }) =>
      html`<li>${badge(toneOf[severity], severity)} ${says}${segment === null ? '' : ` (${segment})`}</li>\n`,
  )}</ul>`;
}
