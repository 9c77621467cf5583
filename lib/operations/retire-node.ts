import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { nodes } from '../../db/schema.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';

/** A node that was taken down for good no longer counts in "in force on n of m". It returns by reporting again. */
export async function retireNode(operation: {
  database: Database;
  actor: Actor;
  name: string;
  now: Date;
}): Promise<Result<{ name: string }>> {
  const { database, actor, name, now } = operation;
  return database.transaction(async (transaction) => {
    const retired = await transaction
      .update(nodes)
      .set({ retiredAt: now })
      .where(and(eq(nodes.name, name), isNull(nodes.retiredAt)))
      .returning();
    if (retired.length === 0) return refuse.notFound();
    await recordEvent(transaction, actor, { kind: 'node_retired', content: { node: name } });
    return { ok: true as const, name };
  });
}
