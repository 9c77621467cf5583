import { and, eq, inArray, isNotNull, isNull, lte } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { countWaitingMail } from '../../db/queries/outbox.ts';
import { mailHops } from '../../db/schema.ts';
import type { HopReport } from '../adapters/mailer.ts';
import { notifyStaff } from '../operations/notify.ts';

/** A restart of an MTA is no news. */
const TELL_AFTER_MS = 5 * 60_000;

/** Keeps since when a next hop fails; writes only where that changes. */
export async function noteHops(database: Database, reports: readonly HopReport[], now: Date): Promise<void> {
  if (reports.length === 0) return;
  const known = await database
    .select()
    .from(mailHops)
    .where(
      inArray(
        mailHops.hop,
        reports.map(({ hop }) => hop),
      ),
    );
  for (const { hop, failure } of reports) {
    const before = known.find((row) => row.hop === hop);
    const wasFailing = before !== undefined && before.failingSince !== null;
    if (failure === null && !wasFailing) continue;
    const values = {
      failingSince: failure === null ? null : (before?.failingSince ?? now),
      lastFailure: failure ?? before?.lastFailure ?? null,
      toldAt: failure === null ? null : (before?.toldAt ?? null),
    };
    await database
      .insert(mailHops)
      .values({ hop, ...values })
      .onConflictDoUpdate({ target: mailHops.hop, set: values });
  }
}

/** Tells staff once of each next hop that has failed for a while. By whichever other one works, or when it is back. */
export async function tellOfFailingHops(database: Database, now: Date): Promise<void> {
  const overdue = and(
    isNotNull(mailHops.failingSince),
    isNull(mailHops.toldAt),
    lte(mailHops.failingSince, new Date(now.getTime() - TELL_AFTER_MS)),
  );
  const failing = await database.select().from(mailHops).where(overdue);
  for (const { hop, failingSince, lastFailure } of failing) {
    if (failingSince === null) continue;
    const since = failingSince.toISOString();
    const waiting = await countWaitingMail(database, now);
    await database.transaction(async (transaction) => {
      const told = await transaction
        .update(mailHops)
        .set({ toldAt: now })
        .where(and(eq(mailHops.hop, hop), overdue))
        .returning({ hop: mailHops.hop });
      if (told.length === 0) return;
      await notifyStaff(transaction, {
        kind: 'next_hop_down',
        key: `${hop}:${since}`,
        values: { hop, since, reason: lastFailure ?? '', waiting },
        now,
      });
    });
  }
}
