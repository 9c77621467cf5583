import { and, eq, gt, isNull, or } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isUuid } from '../../db/queries/entries.ts';
import { blockedPrefixes } from '../../db/schema.ts';
import { formatNetwork, parseNetwork } from '../domain/network.ts';
import { mayChangePolicy } from './new-policy-version.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';

/** Nobody blocks half the internet by a slip of the hand. */
const WIDEST = { 4: 8, 6: 16 } as const;

export type BlockedPrefix = typeof blockedPrefixes.$inferSelect;

/** New requests for this network, or for what reaches into it, are refused at once. Entries in force stay as they are. */
export async function blockPrefix(operation: {
  database: Database;
  actor: Actor;
  network: string;
  reason: string;
  /** Null: until somebody lifts it. */
  expiresAt: Date | null;
  now: Date;
}): Promise<Result<{ blocked: BlockedPrefix }>> {
  const { database, actor, network, reason, expiresAt, now } = operation;
  const refusal = mayChangePolicy(actor);
  if (refusal !== null) return refusal;
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  const parsed = parseNetwork(network);
  if (!parsed.ok) return { ok: false, code: 'invalid', field: 'network', reason: parsed.code };
  if (parsed.network.prefix < WIDEST[parsed.network.family]) {
    return { ok: false, code: 'invalid', field: 'network', reason: 'too_wide' };
  }
  if (expiresAt !== null && expiresAt <= now) {
    return { ok: false, code: 'invalid', field: 'expires_at', reason: 'past' };
  }
  return database.transaction(async (transaction) => {
    const [blocked] = await transaction
      .insert(blockedPrefixes)
      .values({
        network: formatNetwork(parsed.network),
        reason: reason.trim(),
        expiresAt,
        createdAt: now,
        createdBy: actor.viewer?.personId ?? null,
      })
      .returning();
    if (blocked === undefined) throw new Error('the insert of a blocked prefix returned no row');
    await recordEvent(transaction, actor, {
      kind: 'prefix_blocked',
      content: {
        id: blocked.id,
        network: blocked.network,
        reason: blocked.reason,
        expiresAt: expiresAt?.toISOString() ?? null,
      },
    });
    return { ok: true as const, blocked };
  });
}

/**
 * Lifts a block from now on. The row stays, so that it can be read what was refused for which reason. One that has ended
 * already is not found: lifting it would say that it held until now.
 */
export async function unblockPrefix(operation: {
  database: Database;
  actor: Actor;
  id: string;
  reason: string;
  now: Date;
}): Promise<Result<{ blocked: BlockedPrefix }>> {
  const { database, actor, id, reason, now } = operation;
  const refusal = mayChangePolicy(actor);
  if (refusal !== null) return refusal;
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  if (!isUuid(id)) return refuse.notFound();
  return database.transaction(async (transaction) => {
    const [blocked] = await transaction
      .update(blockedPrefixes)
      .set({ expiresAt: now })
      .where(
        and(
          eq(blockedPrefixes.id, id),
          or(isNull(blockedPrefixes.expiresAt), gt(blockedPrefixes.expiresAt, now)),
        ),
      )
      .returning();
    if (blocked === undefined) return refuse.notFound();
    await recordEvent(transaction, actor, {
      kind: 'prefix_unblocked',
      content: { id, network: blocked.network, reason: reason.trim() },
    });
    return { ok: true as const, blocked };
  });
}
