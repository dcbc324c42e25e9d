import { afterEach, describe, expect, it } from 'vitest';
import type { NewNotice } from '../../src/notice/book.ts';
import { ana, freshModel, freshName, type RegistryUnderTest } from './registry-fixtures.ts';

export function describePeople(underTest: () => RegistryUnderTest): void {
  describe('delegations', () => {
    afterEach(() => underTest().setNow(null));

    const lend = (to: string, until = '2030-02-01T00:00:00.000Z') =>
      underTest().registry.delegate({ role: 'approver', holder: 'ana', to, until, reason: 'holiday', by: ana });

    it('stand until their end, or until they are revoked', async () => {
      const { registry, setNow } = underTest();
      setNow('2030-01-01T00:00:00Z');
      const bo = freshName();
      const lent = await lend(bo);
      expect(lent).toMatchObject({ role: 'approver', holder: 'ana', to: bo, revoked: null });
      expect(await registry.delegations({ standing: true, to: bo })).toEqual([lent]);
      const by = { name: bo, via: 'api' } as const;
      const revoked = await registry.revokeDelegation({ id: lent.id, by, reason: 'she is back' });
      expect(revoked.revoked).toMatchObject({ by, reason: 'she is back' });
      expect(await registry.revokeDelegation({ id: lent.id, by: ana, reason: 'again' })).toEqual(revoked);
      expect(await registry.delegations({ standing: true, to: bo })).toEqual([]);
      const short = await lend(bo, '2030-01-01T01:00:00.000Z');
      setNow('2030-01-01T01:00:00Z');
      expect(await registry.delegations({ standing: true, to: bo })).toEqual([]);
      expect((await registry.delegations({ to: bo })).map(({ id }) => id)).toEqual([short.id, lent.id]);
    });

    it('are neither to oneself nor into the past, and unknown ones are not revoked', async () => {
      const { registry, setNow } = underTest();
      setNow('2030-01-01T00:00:00Z');
      await expect(lend('ana')).rejects.toMatchObject({ code: 'PRN-APPROVAL-002' });
      await expect(lend('bo', '2029-12-31')).rejects.toMatchObject({ code: 'PRN-APPROVAL-002' });
      await expect(registry.revokeDelegation({ id: 2_000_000_000, by: ana, reason: 'x' })).rejects.toMatchObject({
        code: 'PRN-APPROVAL-001',
      });
    });

    it('are asked for beside the roles that a token holds', async () => {
      const { registry } = underTest();
      const name = freshName();
      await registry.saveToken({ name, sha256: freshName(), roles: ['approver'] });
      expect(await registry.rolesOf(name)).toEqual(['approver']);
      expect(await registry.rolesOf(freshName())).toEqual([]);
    });
  });

  describe('notices', () => {
    afterEach(() => underTest().setNow(null));

    async function aNotice(change: Partial<NewNotice> = {}): Promise<NewNotice> {
      const model = await freshModel(underTest().registry);
      const told = { on: 'approval', run: `${model}-r1`, version: 2, text: 'waits', to: '$SLACK' } as const;
      return { key: freshName(), event: `${model}-r1/approve/1/asked`, model, ...told, link: null, ...change };
    }

    it('are taken by one of many at once, and never again when they were sent', async () => {
      const { registry } = underTest();
      const notice = await aNotice();
      const taken = await Promise.all(Array.from({ length: 20 }, () => registry.takeNotice(notice)));
      expect(taken.filter(({ state }) => state === 'taken')).toHaveLength(1);
      expect(new Set(taken.map(({ state }) => state))).toEqual(new Set(['taken', 'being-sent']));
      await registry.settleNotice({ key: notice.key, state: 'sent' });
      expect(await registry.takeNotice(notice)).toEqual({ state: 'sent' });
      expect(await registry.notices(notice.model)).toMatchObject([{ state: 'sent', attempts: 1, to: '$SLACK' }]);
    });

    it('may be tried again after a refusal, until the last one becomes an event', async () => {
      const { registry } = underTest();
      const notice = await aNotice();
      const { key, model } = notice;
      await registry.takeNotice(notice);
      await registry.settleNotice({ key, state: 'refused', why: 'it answered 503' });
      expect(await registry.takeNotice(notice)).toEqual({ state: 'taken', attempt: 2 });
      expect((await registry.events(model)).map(({ kind }) => kind)).not.toContain('notice.failed');
      await registry.settleNotice({ key, state: 'refused', why: 'it answered 503', last: true });
      expect((await registry.events(model))[0]).toMatchObject({
        ...{ kind: 'notice.failed', run: `${model}-r1`, version: 2 },
        reason: '"approval" to $SLACK: it answered 503',
      });
    });

    it('are uncertain for ever when whoever took them has died', async () => {
      const { registry, setNow } = underTest();
      const notice = await aNotice();
      setNow('2030-01-01T00:00:00Z');
      await registry.takeNotice(notice);
      setNow('2030-01-01T00:00:11Z');
      expect(await registry.takeNotice(notice)).toEqual({ state: 'being-sent' });
      setNow('2030-01-01T00:00:13Z');
      expect(await registry.takeNotice(notice)).toEqual({ state: 'uncertain' });
      await registry.settleNotice({ key: notice.key, state: 'sent' });
      expect(await registry.takeNotice(notice)).toEqual({ state: 'uncertain' });
      expect((await registry.events(notice.model))[0]).toMatchObject({ kind: 'notice.uncertain' });
    });

    it('open their evidence with the secret of their link alone, until it ends', async () => {
      const { registry, setNow } = underTest();
      const [sha256, older] = [freshName(), freshName()];
      setNow('2030-01-01T00:00:00Z');
      const until = '2030-01-15T00:00:00.000Z';
      const notice = await aNotice({ link: { sha256: older, until, evidence: 'models/m/evaluations/r1.json' } });
      await registry.takeNotice(notice);
      await registry.settleNotice({ key: notice.key, state: 'refused' });
      await registry.takeNotice({ ...notice, link: { sha256, until, evidence: 'models/m/evaluations/r1.json' } });
      const opened = { model: notice.model, evidence: 'models/m/evaluations/r1.json' };
      expect(await registry.linkedEvidence(sha256)).toEqual(opened);
      expect(await registry.linkedEvidence(older)).toBeNull();
      setNow(until);
      expect(await registry.linkedEvidence(sha256)).toBeNull();
    });
  });
}
