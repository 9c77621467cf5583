import { readFile } from 'node:fs/promises';

const journalFile = new URL('migrations/meta/_journal.json', import.meta.url);

/** The time by which `drizzle.__drizzle_migrations` knows the newest migration of this Postern, in milliseconds. */
export async function newestMigration(): Promise<number> {
  const journal: { entries: { when: number }[] } = JSON.parse(await readFile(journalFile, 'utf8'));
  return Math.max(...journal.entries.map(({ when }) => when));
}
