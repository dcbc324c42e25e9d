import { groupRejections } from '../../compute/near-misses.ts';
import { poolOf, type Resources } from '../../compute/offer.ts';
import { bestOfTypes, rankOffers } from '../../compute/rank.ts';
import { knownCatalogue } from '../catalogue.ts';
import { type Command, exit, flag, type Options, text } from '../command.ts';
import { usageError } from '../failure.ts';
import { type OfferList, renderOffers } from '../output/offers.ts';
import { parseCount } from '../resolve.ts';

/** Which machines a training could rent, from the catalogue at hand. Needs no server and no network. */
export const run: Command = async ({ output, terminal }, _, options) => {
  const asked: Resources = {
    gpu: quantity(options, 'gpu', 0),
    vramGiB: quantity(options, 'vram', 0),
    vcpus: quantity(options, 'vcpus', 2),
    memoryGiB: quantity(options, 'memory', 8),
  };
  const { date, source, region, zones, types, spotPrices } = knownCatalogue(terminal);
  const { offers, rejected } = rankOffers(types, asked, {
    region,
    zones,
    markets: flag(options, 'spot') ? ['spot', 'on-demand'] : ['on-demand'],
    spotPrices,
    avoided: new Set(),
  });
  const best = bestOfTypes(offers);
  const byType = new Map(types.map((machine) => [machine.type, machine]));
  const list: OfferList = {
    asked,
    catalogue: { date, source, region, types: types.length },
    fitting: new Set(offers.map(({ type }) => type)).size,
    offers: best.slice(0, parseCount(text(options, 'limit'), 10)).map((offer) => {
      const { type, market, usdPerHour, vcpus } = offer;
      const { memoryGiB = 0, gpu = null } = byType.get(type) ?? {};
      const told = spotPrices.has(poolOf(offer));
      // Without the cloud's word a spot price is only known not to pass the one on demand.
      const atMost = market === 'spot' && !told;
      return { type, market, zone: told ? offer.zone : null, usdPerHour, atMost, vcpus, memoryGiB, gpu };
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
