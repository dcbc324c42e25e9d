import { Migrator } from 'kysely';
import { openDatabase } from './database.ts';
import { asRegistryError } from './failures.ts';
import { migrations } from './migrations/all.ts';

/**
 * Brings the tables up to date. Any number of processes may call it at once: Kysely holds an advisory lock on a server, and on
 * the embedded database, where all clients share one session, the migrating transaction itself keeps the others out.
 *
 * @returns the names of the migrations that this call ran
 * @throws PRN-REGISTRY-010 when the database cannot be reached
 */
export async function migrate(connectionString: string): Promise<readonly string[]> {
  const db = openDatabase(connectionString, 1);
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => ({ ...migrations }) },
      // Numbers are given out while several are being written; none of them builds upon another of the same release.
      allowUnorderedMigrations: true,
    });
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    return results.map(({ migrationName }) => migrationName);
  } catch (error) {
    throw asRegistryError(error, connectionString);
  } finally {
    await db.destroy();
  }
}
