import type { Database } from '../../db/client.ts';
import type { PlatformEventKind } from '../domain/platform-events.ts';
import { recordEvent } from './record-event.ts';
import type { Actor } from './result.ts';

/**
 * Tells the platform's own systems of something that was done here beyond an entry, as an event of the platform's chain:
 * they read it with `GET /api/v1/platform/events`. Call it last in the transaction of the change, after the events of
 * the account: every transaction takes the chains in that order.
 * @param content JSON values, slugs and no ids of ours; no names of persons
 */
export async function tellPlatform(
  transaction: Database,
  actor: Actor,
  kind: PlatformEventKind,
  content: { account: string; server?: string; reason: string; [more: string]: unknown },
): Promise<void> {
  await recordEvent(transaction, actor, { kind, content });
}
