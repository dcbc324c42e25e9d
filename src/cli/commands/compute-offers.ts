import { bundledCatalogue } from '../../compute/catalogue.ts';
import { groupRejections } from '../../compute/near-misses.ts';
import type { Resources } from '../../compute/offer.ts';
import { rankOffers } from '../../compute/rank.ts';
import { type Command, exit, flag, type Options, text } from '../command.ts';
import { usageError } from '../failure.ts';
import { type OfferList, renderOffers } from '../output/offers.ts';
import { parseCount } from '../resolve.ts';

/** Which machines a training could rent, from the bundled catalogue. Needs no server and no network. */
export const run: Command = async ({ output }, _, options) => {
  const asked: Resources = {
    gpu: quantity(options, 'gpu', 0),
    vramGiB: quantity(options, 'vram', 0),
    vcpus: quantity(options, 'vcpus', 2),
    memoryGiB: quantity(options, 'memory', 8),
  };
  const { date, source, region, zones, types } = bundledCatalogue;
  const { offers, rejected } = rankOffers(types, asked, {
    region,
    // The catalogue's prices are the same in all zones: one stands for all.
    zones: zones.slice(0, 1),
    markets: flag(options, 'spot') ? ['spot', 'on-demand'] : ['on-demand'],
    spotPrices: new Map(),
    avoided: new Set(),
  });
  const byType = new Map(types.map((machine) => [machine.type, machine]));
  const list: OfferList = {
    asked,
    catalogue: { date, source, region, types: types.length },
    fitting: new Set(offers.map(({ type }) => type)).size,
    offers: offers.slice(0, parseCount(text(options, 'limit'), 10)).map(({ type, market, usdPerHour, vcpus }) => {
      const machine = byType.get(type);
      const { memoryGiB = 0, gpu = null } = machine ?? {};
      // Without the cloud's word a spot price is only known not to pass the one on demand.
      return { type, market, usdPerHour, atMost: market === 'spot', vcpus, memoryGiB, gpu };
    }),
    rejected: groupRejections(rejected),
  };
  output.document(list, (style) => renderOffers(list, style));
  return exit.ok;
};

function quantity(options: Options, name: string, otherwise: number): number {
  const given = text(options, name);
  if (given === undefined) return otherwise;
  if (/^\d+(\.\d+)?$/.test(given)) return Number(given);
  throw usageError(`--${name} ${JSON.stringify(given)} is not a quantity.`, 'Give a number such as 16.');
}
