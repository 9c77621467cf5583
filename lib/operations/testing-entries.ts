import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { entries, servers } from '../../db/schema.ts';

/** For tests: so many active entries of a server in one statement, each a single address, as if approved long ago. */
export async function insertActiveEntries(
  database: Database,
  server: string,
  count: number,
  more: Partial<typeof entries.$inferInsert> = {},
): Promise<void> {
  const [found] = await database.select().from(servers).where(eq(servers.slug, server));
  if (found === undefined) throw new Error(`no server ${server}`);
  const { id: serverId, accountId } = found;
  const [{ next } = { next: 0 }] = await database.select({ next: sql<number>`count(*)` }).from(entries);
  await database.insert(entries).values(
    Array.from({ length: count }, (_, index) => {
      const number = next + index;
      return {
        accountId,
        serverId,
        network: `45.${200 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`,
        status: 'active' as const,
        purpose: 'Scanners',
        attestedStatic: true,
        attestedDedicated: true,
        activatedAt: new Date('2026-01-01T00:00:00Z'),
        ...more,
      };
    }),
  );
}
