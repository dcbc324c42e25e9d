import type { CatalogueChanges, PriceMove } from '../../compute/catalogue-changes.ts';
import { formatCount } from '../../report/numbers.ts';
import { paint, type Style, wrap } from './style.ts';

/** What `perennial compute refresh` answers. */
export interface Refreshed {
  readonly region: string;
  readonly date: string;
  readonly types: number;
  readonly withGpu: number;
  readonly zones: readonly string[];
  readonly spotPrices: number;
  readonly seconds: number;
  readonly file: string;
  /** What was known of the same region before; null: nothing, so that there is nothing to compare with. */
  readonly before: { readonly date: string; readonly source: string } | null;
  readonly changes: CatalogueChanges | null;
}

export function renderRefreshed(told: Refreshed, style: Style): string {
  const { region, date, types, withGpu, zones, spotPrices, seconds, file, before, changes } = told;
  const head = `${formatCount(types)} machine types of ${region}, ${formatCount(withGpu)} with a GPU; prices of ${date}`;
  return [
    paint(style, 'strong', head),
    `  ${zones.length} ${zones.length === 1 ? 'zone' : 'zones'}, ${formatCount(spotPrices)} spot prices; read in ${seconds} s`,
    ...(before && changes ? changeLines(changes, before.date, style) : []),
    `  written to ${file}`,
    paint(
      style,
      'muted',
      '  Used by: perennial compute offers, perennial plan, and control workers that see this file.',
    ),
  ].join('\n');
}

const shown = 5;

function changeLines({ added, gone, moved }: CatalogueChanges, since: string, style: Style): string[] {
  const total = added.length + gone.length + moved.length;
  if (total === 0) return [`  nothing new since ${since}`];
  return [
    `  since ${since}: ${formatCount(added.length)} new, ${formatCount(gone.length)} gone, ${formatCount(moved.length)} at another price`,
    ...listed('new', added, style),
    ...listed('gone', gone, style),
    ...listed('moved most', moved.map(moveText), style),
  ];
}

function listed(title: string, words: readonly string[], { width }: Style): string[] {
  if (words.length === 0) return [];
  const rest = words.length > shown ? `, and ${formatCount(words.length - shown)} more` : '';
  return wrap(`${title}: ${words.slice(0, shown).join(', ')}${rest}`, width - 4).map((line) => `    ${line}`);
}

function moveText({ type, from, to }: PriceMove): string {
  const percent = (to / from - 1) * 100;
  return `${type} ${from} → ${to} (${percent > 0 ? '+' : '−'}${Math.abs(percent).toFixed(1)} %)`;
}
