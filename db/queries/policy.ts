import { desc } from 'drizzle-orm';
import { defaultPolicy, type Policy } from '../../lib/domain/policy.ts';
import type { Database } from '../client.ts';
import { policies } from '../schema.ts';

/** The policy in force: the newest version, completed by the defaults. */
export async function currentPolicy(database: Database): Promise<Policy> {
  const [row] = await database.select().from(policies).orderBy(desc(policies.version)).limit(1);
  if (row === undefined) return defaultPolicy;
  return { ...defaultPolicy, ...(row.content as Partial<Policy>), version: row.version };
}
