import { html, type Markup } from './markup.ts';

/** A column whose cells are numbers is written to the right. */
export type Heading = string | { readonly number: string };

export function table(headings: readonly Heading[], rows: readonly (readonly Markup[])[]): Markup {
  const kinds = headings.map((heading) => (typeof heading === 'string' ? '' : 'number'));
  const head = headings.map(
    (heading, at) =>
      html`<th class="${kinds[at] ?? ''}">${typeof heading === 'string' ? heading : heading.number}</th>`,
  );
  const body = rows.map(
    (cells) => html`<tr>${cells.map((cell, at) => html`<td class="${kinds[at] ?? ''}">${cell}</td>`)}</tr>\n`,
  );
  return html`<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}
