import bundled from './catalogue.json' with { type: 'json' };
import { type Catalogue, machineTypeOf } from './catalogue-text.ts';

/** The catalogue that comes with Perennial; `scripts/compute-catalogue.mjs` makes it. */
export const bundledCatalogue: Catalogue = {
  ...bundled,
  types: bundled.types.map(machineTypeOf),
  spotPrices: new Map(),
};
