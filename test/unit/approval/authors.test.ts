import { describe, expect, it } from 'vitest';
import { barredFrom } from '../../../src/approval/authors.ts';
import { lentTo } from '../../../src/approval/delegation.ts';

const event = (kind: string, name: string, day: number) => ({
  kind,
  at: `2026-11-${String(day).padStart(2, '0')}T08:00:00.000Z`,
  actor: { name },
});
const names = (...events: ReturnType<typeof event>[]) => barredFrom('rob', events).map(({ name }) => name);

describe('who may not approve', () => {
  it('is who asked for the run, and who changed the plan since a version was last made stable', () => {
    expect(
      names(
        event('model.applied', 'eve', 20),
        event('alarm.opened', 'perennial', 19),
        event('model.applied', 'ana', 18),
        event('model.applied', 'eve', 17),
        event('version.stable', 'perennial', 10),
        event('model.applied', 'bo', 1),
      ),
    ).toEqual(['rob', 'eve', 'ana']);
  });

  it('is everybody who wrote the plan while nothing was ever stable', () => {
    expect(names(event('model.applied', 'bo', 1))).toEqual(['rob', 'bo']);
  });

  it('names nobody twice, and tells why', () => {
    expect(barredFrom('rob', [event('model.applied', 'rob', 3)])).toEqual([{ name: 'rob', why: 'asked for this run' }]);
    expect(barredFrom('rob', [event('model.applied', 'eve', 20)])[1]?.why).toContain('changed the plan on 2026-11-20');
  });
});

describe('what was lent', () => {
  it('is worth what its holder still holds', async () => {
    const loan = (role: string, holder: string) => ({
      ...{ id: 1, role, holder, to: 'bo', until: '2026-12-01T00:00:00.000Z', reason: 'holiday', at: '' },
      ...{ by: { name: holder, via: 'cli' as const }, revoked: null },
    });
    const book = {
      delegations: async () => [loan('approver', 'ana'), loan('risk', 'eve')],
      rolesOf: async (name: string) => (name === 'ana' ? ['approver'] : ['viewer']),
    };
    expect(await lentTo(book, 'bo')).toEqual([{ role: 'approver', holder: 'ana', until: '2026-12-01T00:00:00.000Z' }]);
  });
});
