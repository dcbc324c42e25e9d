/** HTML that is safe to put into a page: made only by `html` and `raw`, so that no value of the data is ever read as markup. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | readonly Markup[] | string | number | null;

/** Template tag: strings and numbers are escaped, markup and lists of it are not; null is nothing. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: texts.map((text, at) => text + written(parts[at] ?? null)).join('') };
}

function written(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
