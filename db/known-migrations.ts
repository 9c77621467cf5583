import { readFile } from 'node:fs/promises';

const journalFile = new URL('migrations/meta/_journal.json', import.meta.url);

export type Migration = {
  /** its file in `migrations`, without `.sql` */
  tag: string;
  /** by which `drizzle.__drizzle_migrations` knows it, in milliseconds */
  when: number;
};

/** The migrations of this Postern, in order. */
export async function knownMigrations(): Promise<Migration[]> {
  const journal: { entries: Migration[] } = JSON.parse(await readFile(journalFile, 'utf8'));
  return journal.entries.map(({ tag, when }) => ({ tag, when }));
}
