import { PerennialError } from '../../errors/error.ts';
import type { Registry } from '../registry.ts';
import { violatedConstraint } from './failures.ts';
import type { Store } from './store.ts';

export function tokenMethods(store: Store): Pick<Registry, 'saveToken' | 'findToken'> {
  return {
    saveToken: (token) => saveToken(store, token),
    findToken: (sha256) =>
      store.read(async (db) => {
        const row = await db
          .selectFrom('token')
          .select(['name', 'roles'])
          .where('sha256', '=', sha256)
          .executeTakeFirst();
        return row ?? null;
      }),
  };
}

async function saveToken(store: Store, { name, sha256, roles }: Parameters<Registry['saveToken']>[0]): Promise<void> {
  const row = { sha256, roles: JSON.stringify(roles) };
  try {
    await store.write(({ db }) =>
      db
        .insertInto('token')
        .values({ name, ...row })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute(),
    );
  } catch (error) {
    // One secret under two names would leave open whose roles count.
    if (violatedConstraint(error) !== 'token_sha256_key') throw error;
    const message = `The token "${name}" has the same secret as another token`;
    throw new PerennialError('PRN-REGISTRY-005', { message, hint: 'Make a new secret for this token.' });
  }
}
