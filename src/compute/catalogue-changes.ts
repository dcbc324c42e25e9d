import type { Catalogue } from './catalogue-text.ts';

export interface PriceMove {
  readonly type: string;
  /** On-demand US dollars an hour. */
  readonly from: number;
  readonly to: number;
}

/** What a newer catalogue of the same region says otherwise. */
export interface CatalogueChanges {
  /** Names, in the catalogue's order. */
  readonly added: readonly string[];
  readonly gone: readonly string[];
  /** On-demand prices, the largest relative move first; spot prices move by the hour, and are not compared. */
  readonly moved: readonly PriceMove[];
}

export function catalogueChanges(before: Catalogue, after: Catalogue): CatalogueChanges {
  const then = new Map(before.types.map((machine) => [machine.type, machine]));
  const now = new Set(after.types.map(({ type }) => type));
  const moved = after.types.flatMap(({ type, usdPerHour: to }): PriceMove[] => {
    const from = then.get(type)?.usdPerHour ?? null;
    return from === null || to === null || from === to ? [] : [{ type, from, to }];
  });
  return {
    added: after.types.filter(({ type }) => !then.has(type)).map(({ type }) => type),
    gone: before.types.filter(({ type }) => !now.has(type)).map(({ type }) => type),
    moved: moved.sort((a, b) => share(b) - share(a) || (a.type < b.type ? -1 : 1)),
  };
}

/** Twice as dear and half as dear are moves of the same size. */
const share = ({ from, to }: PriceMove) => Math.abs(Math.log(to / from));
