import { catalogueChanges } from '../../compute/catalogue-changes.ts';
import type { Catalogue } from '../../compute/catalogue-text.ts';
import { writeCatalogue } from '../../platform/catalogue-file.ts';
import { catalogueFileOf, knownCatalogue } from '../catalogue.ts';
import { type Command, exit, type Options, text } from '../command.ts';
import { usageError } from '../failure.ts';
import { type Refreshed, renderRefreshed } from '../output/refreshed.ts';
import type { Terminal } from '../terminal.ts';

/** Reads machine types, zones and prices of one region from AWS, and keeps them where offers, plans and workers look. */
export const run: Command = async ({ output, terminal }, _, options) => {
  const region = regionOf(options, terminal);
  const before = knownCatalogueOrNone(terminal, region);
  // The SDK's notice about Node's next version is not for who reads prices.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const { readAwsCatalogue } = await import('../../compute/ec2/refresh.ts');
  const { PERENNIAL_EC2_ENDPOINT: endpoint, PERENNIAL_EC2_PRICING_ENDPOINT: pricingEndpoint } = terminal.env;
  if (output.mode === 'human') output.note(`Reading machine types and prices of ${region} …`);
  const startedAt = performance.now();
  const after = await readAwsCatalogue(
    { region, endpoint: endpoint || null, pricingEndpoint: pricingEndpoint || null },
    terminal.now(),
  );
  const file = catalogueFileOf(terminal);
  await writeCatalogue(file, after);
  const told: Refreshed = {
    region,
    date: after.date,
    types: after.types.length,
    withGpu: after.types.filter(({ gpu }) => gpu !== null).length,
    zones: after.zones,
    spotPrices: after.spotPrices.size,
    seconds: Number(((performance.now() - startedAt) / 1_000).toFixed(1)),
    file,
    before: before && { date: before.date, source: before.source },
    changes: before && catalogueChanges(before, after),
  };
  output.document(told, (style) => renderRefreshed(told, style));
  return exit.ok;
};

function regionOf(options: Options, { env }: Terminal): string {
  const region = text(options, 'region') || env.PERENNIAL_EC2_REGION || env.AWS_REGION || env.AWS_DEFAULT_REGION;
  if (region) return region;
  throw usageError('It is not known which region to read.', 'Give --region us-east-1, or set PERENNIAL_EC2_REGION.');
}

/** What can be compared: a catalogue of the same region. A file that is broken is no reason not to make it anew. */
function knownCatalogueOrNone(terminal: Terminal, region: string): Catalogue | null {
  try {
    const known = knownCatalogue(terminal, region);
    return known.region === region ? known : null;
  } catch {
    return null;
  }
}
