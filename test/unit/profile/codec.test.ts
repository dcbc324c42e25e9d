import { describe, expect, it } from 'vitest';
import { evidenceOf, standard } from '../../../bench/drift/calibration.ts';
import { simulate } from '../../../bench/drift/simulation.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { decodeProfile, encodeProfile } from '../../../src/profile/codec.ts';

const { reference, days } = simulate({ ...standard, days: 2 }, seededRandom(3));
const profile = (days[0] ?? { profile: reference.whole }).profile;

describe('a stored profile', () => {
  it('comes back as it was', () => {
    const back = decodeProfile(encodeProfile(profile, reference), reference);
    expect(back).toEqual(profile);
  });

  it('takes less than 50 kB for a day of 20 columns', () => {
    expect(encodeProfile(profile, reference).length).toBeLessThan(50_000);
  });

  it('keeps names that the reference does not have', () => {
    const column = profile.columns.c2;
    if (column?.kind !== 'categorical') throw new Error('it has names');
    const odd = { ...column, counts: { ...column.counts, unheard: 7 } };
    const changed = { ...profile, columns: { ...profile.columns, c2: odd } };
    expect(decodeProfile(encodeProfile(changed, reference), reference)?.columns.c2).toEqual(odd);
  });

  it('is made anew where it belongs to another reference or is damaged', () => {
    const text = encodeProfile(profile, reference);
    expect(decodeProfile(text, { ...reference, id: 'another' })).toBeNull();
    expect(decodeProfile(text.slice(0, 100), reference)).toBeNull();
  });
});

describe('evidence', () => {
  it('is the same however often it is asked for', () => {
    expect(evidenceOf({ ...standard, days: 5 }, 1)).toEqual(evidenceOf({ ...standard, days: 5 }, 1));
  });
});
