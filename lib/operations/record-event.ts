import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Database } from '../../db/client.ts';
import { eventPrivate, events } from '../../db/schema.ts';
import type { Actor } from './result.ts';

export type NewEvent = {
  kind: string;
  accountId?: string | null;
  entryId?: string | null;
  serverId?: string | null;
  /** What happened, in values. No names, no addresses of persons: those go into the erasable part. */
  content?: Record<string, unknown>;
};

/**
 * Appends an event to the chain of its account, or to the platform's when it belongs to none. Call it after the
 * change itself and in the same transaction: the chain's lock follows the clock's. The chain carries a salted
 * commitment to what is private (address of the actor), which can be erased without breaking it.
 */
export async function recordEvent(transaction: Database, actor: Actor, event: NewEvent): Promise<string> {
  const id = randomUUID();
  const privateText =
    actor.address === null ? null : JSON.stringify({ address: actor.address, via: actor.via });
  const salt = randomBytes(16);
  // An operator at the command line is no person of ours: that it was there is what can be said of who did it.
  const content = actor.via === 'cli' ? { ...event.content, via: 'cli' } : (event.content ?? {});
  await transaction.insert(events).values({
    id,
    kind: event.kind,
    accountId: event.accountId ?? null,
    entryId: event.entryId ?? null,
    serverId: event.serverId ?? null,
    actorKind: actor.kind,
    actorId: actor.viewer?.personId ?? null,
    content: JSON.stringify(content),
    commitment: privateText === null ? null : createHash('sha256').update(salt).update(privateText).digest(),
  });
  if (privateText !== null) {
    await transaction
      .insert(eventPrivate)
      .values({ eventId: id, personId: actor.viewer?.personId ?? null, salt, content: privateText });
  }
  return id;
}
