import { and, desc, eq, gt } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { foundAddresses } from '../schema.ts';

export type FoundAddress = typeof foundAddresses.$inferSelect;

const MOST = 20;

/** From where something was sent to a server's code lately, newest first. */
export async function listFoundAddresses(
  database: Database,
  serverId: string,
  since: Date,
): Promise<FoundAddress[]> {
  return database
    .select()
    .from(foundAddresses)
    .where(and(eq(foundAddresses.serverId, serverId), gt(foundAddresses.seenAt, since)))
    .orderBy(desc(foundAddresses.seenAt))
    .limit(MOST);
}
