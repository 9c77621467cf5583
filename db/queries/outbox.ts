import { and, asc, eq, gt, isNotNull, isNull, lte, or, sql } from 'drizzle-orm';
import type { Database } from '../client.ts';
import { accountInvitations, memberships, outbox, people, staff } from '../schema.ts';
import { isOpenInvitation } from './account-invitations.ts';

export type OutboxRow = typeof outbox.$inferSelect;
export type ClaimedMail = OutboxRow & { lease: string };

/** Not sent, not given up, not part of another mail. */
function open() {
  return and(isNull(outbox.sentAt), isNull(outbox.droppedAt), isNull(outbox.foldedInto));
}

/**
 * Takes the row that has been due longest, for `leaseMs`. Two senders never hold the same row; one that died gives its
 * row back when the lease ends.
 */
export async function claimMail(
  database: Database,
  lease: string,
  leaseMs: number,
  now: Date,
): Promise<ClaimedMail | undefined> {
  const due = database
    .select({ id: outbox.id })
    .from(outbox)
    .where(
      and(
        open(),
        isNull(outbox.bundle),
        lte(outbox.sendAfter, now),
        or(isNull(outbox.leasedUntil), lte(outbox.leasedUntil, now)),
      ),
    )
    .orderBy(asc(outbox.sendAfter), asc(outbox.id))
    .limit(1)
    .for('update', { skipLocked: true });
  const [row] = await database
    .update(outbox)
    .set({
      lease,
      leasedUntil: new Date(now.getTime() + leaseMs),
      attempts: sql`${outbox.attempts} + 1`,
    })
    .where(sql`${outbox.id} = (${due})`)
    .returning();
  return row && { ...row, lease };
}

/**
 * Rows of bundles that are due, locked, so that nobody else makes mail of them meanwhile.
 * @param of only what goes to this person
 */
export async function dueBundles(
  transaction: Database,
  now: Date,
  limit: number,
  of?: string,
): Promise<OutboxRow[]> {
  return transaction
    .select()
    .from(outbox)
    .where(
      and(
        open(),
        isNotNull(outbox.bundle),
        lte(outbox.sendAfter, now),
        of === undefined ? undefined : eq(outbox.personId, of),
      ),
    )
    .orderBy(asc(outbox.personId), asc(outbox.createdAt), asc(outbox.id))
    .limit(limit)
    .for('update', { skipLocked: true });
}

/** How much waits although it was to be sent by now. */
export async function countWaitingMail(database: Database, now: Date): Promise<number> {
  return database.$count(outbox, and(open(), lte(outbox.createdAt, now), gt(outbox.attempts, 0)));
}

/** What was written about these entries before: `kind:key` of each, without the person. */
export async function keysTold(
  database: Database,
  kind: string,
  entryIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (entryIds.length === 0) return new Set();
  const rows = await database
    .select({ key: outbox.dedupeKey })
    .from(outbox)
    // As one value: a statement takes 65,535 of them, and reminders of a whole platform may be due at once.
    .where(and(sql`${outbox.entryId} = any (${sql.param([...entryIds])}::uuid[])`, eq(outbox.kind, kind)));
  return withoutPerson(rows);
}

/** The same of all that was written since, whatever it was about. */
export async function keysToldSince(
  database: Database,
  kind: string,
  since: Date,
): Promise<ReadonlySet<string>> {
  const rows = await database
    .select({ key: outbox.dedupeKey })
    .from(outbox)
    .where(and(eq(outbox.kind, kind), gt(outbox.createdAt, since)));
  return withoutPerson(rows);
}

function withoutPerson(rows: readonly { key: string }[]): ReadonlySet<string> {
  return new Set(rows.map(({ key }) => key.slice(0, key.lastIndexOf(':'))));
}

export type MailReader = {
  address: string;
  name: string | null;
  timeZone: string;
  hasPassword: boolean;
  isMember: boolean;
  /** To the account of the row, and has not answered. */
  isInvited: boolean;
  isStaff: boolean;
};

/** Who a row goes to, as they are now; undefined once the person is erased. */
export async function findMailReader(
  database: Database,
  row: OutboxRow,
  now: Date,
): Promise<MailReader | undefined> {
  const [found] = await database
    .select({
      person: people,
      membership: memberships.id,
      invited: accountInvitations.id,
      staffRole: staff.role,
    })
    .from(people)
    .leftJoin(
      memberships,
      and(
        eq(memberships.personId, people.id),
        isNull(memberships.endedAt),
        row.accountId === null ? sql`false` : eq(memberships.accountId, row.accountId),
      ),
    )
    .leftJoin(
      accountInvitations,
      and(
        eq(accountInvitations.personId, people.id),
        isOpenInvitation(now),
        row.accountId === null ? sql`false` : eq(accountInvitations.accountId, row.accountId),
      ),
    )
    .leftJoin(staff, and(eq(staff.personId, people.id), isNull(staff.endedAt)))
    .where(and(eq(people.id, row.personId), isNull(people.erasedAt)));
  if (found === undefined || found.person.email === null) return undefined;
  const { person, membership, invited, staffRole } = found;
  return {
    address: found.person.email,
    name: person.name,
    timeZone: person.timeZone,
    hasPassword: person.passwordHash !== null,
    isMember: membership !== null,
    isInvited: invited !== null,
    isStaff: staffRole !== null,
  };
}
