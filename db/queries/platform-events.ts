import { and, asc, eq, gt, inArray } from 'drizzle-orm';
import { type PlatformEventKind, platformEventKinds } from '../../lib/domain/platform-events.ts';
import type { Database } from '../client.ts';
import { events } from '../schema.ts';

export type PlatformEvent = {
  id: string;
  /** Its place in the platform's chain: the next one is greater, and none appears below one that was seen. */
  seq: number;
  at: Date;
  kind: PlatformEventKind;
  account: string;
  server: string | null;
  reason: string;
};

/** What the platform is told, oldest first, after a place in its chain. */
export async function listPlatformEvents(
  database: Database,
  after: number,
  limit: number,
): Promise<PlatformEvent[]> {
  const rows = await database
    .select({ id: events.id, seq: events.seq, at: events.at, kind: events.kind, content: events.content })
    .from(events)
    .where(
      and(eq(events.chain, 'platform'), gt(events.seq, after), inArray(events.kind, [...platformEventKinds])),
    )
    .orderBy(asc(events.seq))
    .limit(limit);
  return rows.map(({ content, kind, ...row }) => {
    const { account, server, reason } = JSON.parse(content) as Record<string, string | undefined>;
    return {
      ...row,
      kind: kind as PlatformEventKind,
      account: account ?? '',
      server: server ?? null,
      reason: reason ?? '',
    };
  });
}
