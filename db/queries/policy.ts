import { desc } from 'drizzle-orm';
import { completeLadder } from '../../lib/domain/ladder-policy.ts';
import { defaultPolicy, type Policy } from '../../lib/domain/policy.ts';
import type { Database } from '../client.ts';
import { policies } from '../schema.ts';

/** The policy in force: the newest version, completed by the defaults. */
export async function currentPolicy(database: Database): Promise<Policy> {
  const [row] = await database.select().from(policies).orderBy(desc(policies.version)).limit(1);
  if (row === undefined) return defaultPolicy;
  const content = row.content as Partial<Policy>;
  return {
    ...defaultPolicy,
    ...content,
    drift: { ...defaultPolicy.drift, ...content.drift },
    abuse: completeLadder(content.abuse),
    retention: { ...defaultPolicy.retention, ...content.retention },
    version: row.version,
  };
}
