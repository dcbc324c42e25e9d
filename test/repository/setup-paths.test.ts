import { expect, it } from 'vitest';
import * as setup from '../../scripts/setup/paths.mjs';
import { cachedTemporal, temporalVersion } from '../../src/platform/temporal-binary.ts';

// Set-up runs before anything is compiled, so it cannot share the module that the programs use.
it('set-up installs the Temporal program where the programs look for it', () => {
  expect(setup.temporalVersion).toBe(temporalVersion);
  expect(setup.cachedTemporal()).toBe(cachedTemporal());
});
