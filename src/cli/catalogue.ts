import type { Catalogue } from '../compute/catalogue-text.ts';
import { catalogueFile, catalogueReader } from '../platform/catalogue-file.ts';
import { readSettings } from '../platform/settings.ts';
import type { Terminal } from './terminal.ts';

/** Where this terminal's catalogue of machine types is refreshed to. */
export function catalogueFileOf({ env, cwd }: Terminal): string {
  return catalogueFile(readSettings(env), cwd);
}

/** The catalogue that `compute refresh` has made, or the one that comes with Perennial. */
export function knownCatalogue(terminal: Terminal, region = terminal.env.PERENNIAL_EC2_REGION || null): Catalogue {
  return catalogueReader(catalogueFileOf(terminal), region)();
}
