import { expect, it } from 'vitest';
import { cliReference } from '../../../src/cli/reference.ts';

it('docs/cli.md says what the table of verbs says (npx vitest run -u writes it)', async () => {
  await expect(cliReference()).toMatchFileSnapshot('../../../docs/cli.md');
});
