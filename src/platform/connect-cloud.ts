import type { CloudAccess } from '../../activities/compute-access.ts';
import { ec2Cloud } from '../compute/ec2/cloud.ts';
import { ec2SettingsFrom } from '../compute/ec2/settings.ts';
import { catalogueFile, catalogueReader } from './catalogue-file.ts';
import type { Settings } from './settings.ts';

/** The cloud whose account this program may use; null where none is configured. Nothing is called before the first order. */
export function openCloud(settings: Settings, env: NodeJS.ProcessEnv = process.env): CloudAccess | null {
  const ec2 = ec2SettingsFrom(env);
  if (!ec2) return null;
  const catalogue = catalogueReader(catalogueFile(settings, process.cwd()), ec2.region);
  return {
    cloud: ec2Cloud(ec2),
    region: ec2.region,
    zones: Object.keys(ec2.subnets),
    // A catalogue that is refreshed while the worker runs is used from then on.
    get types() {
      return catalogue().types;
    },
    graceMs: settings.PERENNIAL_COMPUTE_GRACE_SECONDS * 1000,
    alertAfterMs: settings.PERENNIAL_COMPUTE_ALERT_MINUTES * 60_000,
    limits: {
      usd: settings.PERENNIAL_COMPUTE_MAX_USD ?? null,
      vcpus: settings.PERENNIAL_COMPUTE_MAX_VCPUS ?? null,
    },
  };
}
