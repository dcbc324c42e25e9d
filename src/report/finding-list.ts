import type { Finding, Severity } from '../alarm/finding.ts';
import { sayFinding } from '../alarm/say.ts';
import { html, type Markup } from './markup.ts';
import { badge, type Tone } from './page.ts';

const tones: Readonly<Record<Severity, Tone>> = { critical: 'bad', warning: 'warn', info: 'plain' };

/** In the order given: the report has them worst first. */
export function findingList(findings: readonly Finding[]): Markup {
  const item = (finding: Finding) =>
    html`<li>${badge(tones[finding.severity], finding.severity)} ${sayFinding(finding)}</li>\n`;
  return html`<ul>${findings.map(item)}</ul>`;
}
