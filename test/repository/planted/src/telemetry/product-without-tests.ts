import { fixture } from '../../test/fixture.ts';

export const used = fixture;
