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

/** A statement takes 65,535 values; an event and its private part have fewer than twenty. */
const BATCH = 1000;

/**
 * Appends an event to the chain of its account, or to the platform's when it belongs to none. Call it after the
 * change itself and in the same transaction: the chain's lock follows the clock's. The chain carries a salted
 * commitment to what is private (address of the actor), which can be erased without breaking it.
 */
export async function recordEvent(transaction: Database, actor: Actor, event: NewEvent): Promise<string> {
  const [id] = await recordEvents(transaction, actor, [event]);
  if (id === undefined) throw new Error('one event has brought no id');
  return id;
}

/**
 * The same of many events at once, in their order: while one that has thousands of entries is written event by event,
 * nobody else can change anything.
 */
export async function recordEvents(
  transaction: Database,
  actor: Actor,
  all: readonly NewEvent[],
): Promise<string[]> {
  const made = all.map((event) => madeOf(actor, event));
  for (let at = 0; at < made.length; at += BATCH) {
    const batch = made.slice(at, at + BATCH);
    await transaction.insert(events).values(batch.map(({ event }) => event));
    const hidden = batch.flatMap(({ hidden }) => hidden ?? []);
    if (hidden.length > 0) await transaction.insert(eventPrivate).values(hidden);
  }
  return made.map(({ event }) => event.id);
}

function madeOf(actor: Actor, event: NewEvent) {
  const id = randomUUID();
  const personId = actor.viewer?.personId ?? null;
  const content = actor.address === null ? null : JSON.stringify({ address: actor.address, via: actor.via });
  const salt = randomBytes(16);
  return {
    event: {
      id,
      kind: event.kind,
      accountId: event.accountId ?? null,
      entryId: event.entryId ?? null,
      serverId: event.serverId ?? null,
      actorKind: actor.kind,
      actorId: personId,
      // An operator at the command line is no person of ours: that it was there is what can be said of who did it.
      content: JSON.stringify(actor.via === 'cli' ? { ...event.content, via: 'cli' } : (event.content ?? {})),
      commitment: content === null ? null : createHash('sha256').update(salt).update(content).digest(),
    },
    hidden: content === null ? null : { eventId: id, personId, salt, content },
  };
}
