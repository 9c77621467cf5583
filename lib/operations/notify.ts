import { and, eq, inArray, isNotNull, isNull, or } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { mailChoices, memberships, outbox, people, staff } from '../../db/schema.ts';
import { nextWallHour } from '../domain/local-time.ts';
import {
  type AccountMailKind,
  deliveryOf,
  type MailKind,
  mailKinds,
  type PersonMailKind,
  type StaffMailKind,
} from '../domain/mail-kinds.ts';
import type { MailContent, MailValues } from '../domain/mail-values.ts';
import type { StaffRole } from '../domain/permissions.ts';
import {
  accountForMail,
  accountsForMail,
  type EntryForMail,
  entriesForMail,
  entryForMail,
  known,
} from './mail-content.ts';

/** When the daily digest goes out, by the reader's own clock. */
export const DIGEST_HOUR = 8;
/** Notices, and rows of mail, that one statement is about. */
const AT_ONCE = 500;

type Notice<Kind extends MailKind> = {
  [K in Kind]: {
    kind: K;
    /** JSON values of the moment; the account and the entry are added here. */
    values: MailValues[K];
    /**
     * Names what is told: the same kind and key reach a person once. May be left out where `entryId` is given and the
     * entry changes in this transaction: then it is the entry's new revision.
     */
    key?: string;
    entryId?: string | null;
    /** Rows of one bundle that are due together become one mail. */
    bundle?: string;
    /** Is not due before: for a bundle that is written one row after the other, each in a transaction of its own. */
    notBefore?: Date;
    /** For mail of low grade that somebody has to act upon this time. */
    atOnce?: boolean;
    now: Date;
  };
}[Kind];

export type AccountNotice = Notice<AccountMailKind> & {
  accountId: string;
  /** Who besides is concerned, while they belong to the account. */
  also?: readonly string[];
};
export type PersonNotice = Notice<PersonMailKind> & { personId: string; accountId?: string | null };
export type StaffNotice = Notice<StaffMailKind> & {
  accountId?: string | null;
  /** Only these persons, if one of them is still staff; left out, everybody. */
  to?: readonly string[];
  role?: StaffRole;
  /** Who knows it, having done it. */
  except?: string;
};

type Recipient = { personId: string; timeZone: string; choice: 'at_once' | 'daily' | 'off' | null };

/**
 * Writes mail to the owners of an account, and to whoever asked for the entry or stands for it while they belong to
 * the account. Call it in the transaction of the change, after its event: both stand or neither.
 * @returns how many rows were written; those of persons who were told before, or want no such mail, are not
 */
export async function notifyOwners(transaction: Database, notice: AccountNotice): Promise<number> {
  return notifyOwnersOfEach(transaction, [notice]);
}

/** The same for many notices of one kind, about entries and accounts of any number: as many queries as for one. */
export async function notifyOwnersOfEach(
  transaction: Database,
  notices: readonly AccountNotice[],
): Promise<number> {
  let written = 0;
  for (let start = 0; start < notices.length; start += AT_ONCE) {
    const some = notices.slice(start, start + AT_ONCE);
    const entries = await entriesForMail(
      transaction,
      some.flatMap(({ entryId }) => entryId ?? []),
    );
    const accountIds = [...new Set(some.map(({ accountId }) => accountId))];
    const accounts = await accountsForMail(transaction, accountIds);
    const belonging = await peopleOf(transaction, some, accountIds, [
      ...new Set([
        ...[...entries.values()].flatMap(({ concerned }) => concerned),
        ...some.flatMap(({ also }) => also ?? []),
      ]),
    ]);
    const rows = some.flatMap((notice) => {
      const { accountId, entryId } = notice;
      const entry = entryId == null ? null : known(entries, entryId);
      const concerned = [...(entry?.concerned ?? []), ...(notice.also ?? [])];
      const recipients = (belonging.get(accountId) ?? []).filter(
        ({ personId, role }) => role === 'owner' || concerned.includes(personId),
      );
      return rowsOf(notice, recipients, { account: known(accounts, accountId), entry, accountId });
    });
    written += await enqueue(transaction, rows);
  }
  return written;
}

/** The owners of each account, and those of its people who are concerned by something. */
async function peopleOf(
  transaction: Database,
  [first]: readonly AccountNotice[],
  accountIds: readonly string[],
  concerned: readonly string[],
) {
  if (first === undefined) return new Map<string, never[]>();
  const rows = await transaction
    .select({
      accountId: memberships.accountId,
      role: memberships.role,
      personId: people.id,
      timeZone: people.timeZone,
      choice: mailChoices.choice,
    })
    .from(memberships)
    .innerJoin(people, and(eq(people.id, memberships.personId), reachable()))
    .leftJoin(mailChoices, chosenFor(first.kind))
    .where(
      and(
        inArray(memberships.accountId, [...accountIds]),
        isNull(memberships.endedAt),
        or(eq(memberships.role, 'owner'), inArray(people.id, [...concerned])),
      ),
    )
    .orderBy(people.id);
  return Map.groupBy(rows, ({ accountId }) => accountId);
}

/** Writes mail to one person about themselves. As `notifyOwners` otherwise. */
export async function notifyPerson(transaction: Database, notice: PersonNotice): Promise<number> {
  const recipients = await transaction
    .select({ personId: people.id, timeZone: people.timeZone, choice: mailChoices.choice })
    .from(people)
    .leftJoin(mailChoices, chosenFor(notice.kind))
    .where(and(eq(people.id, notice.personId), reachable()));
  const accountId = notice.accountId ?? null;
  const account = accountId === null ? null : await accountForMail(transaction, accountId);
  const entry = await entryOf(transaction, notice.entryId);
  return enqueue(transaction, rowsOf(notice, recipients, { account, entry, accountId }));
}

/** Writes mail to staff. As `notifyOwners` otherwise. */
export async function notifyStaff(transaction: Database, notice: StaffNotice): Promise<number> {
  const everybody = await transaction
    .select({ personId: people.id, timeZone: people.timeZone, choice: mailChoices.choice })
    .from(staff)
    .innerJoin(people, and(eq(people.id, staff.personId), reachable()))
    .leftJoin(mailChoices, chosenFor(notice.kind))
    .where(and(isNull(staff.endedAt), notice.role === undefined ? undefined : eq(staff.role, notice.role)))
    .orderBy(people.id);
  const named = everybody.filter(({ personId }) => notice.to?.includes(personId));
  const accountId = notice.accountId ?? null;
  const account = accountId === null ? null : await accountForMail(transaction, accountId);
  const entry = await entryOf(transaction, notice.entryId);
  const recipients = (named.length > 0 ? named : everybody).filter(
    ({ personId }) => personId !== notice.except,
  );
  return enqueue(transaction, rowsOf(notice, recipients, { account, entry, accountId }));
}

function entryOf(transaction: Database, entryId: string | null | undefined): Promise<EntryForMail> | null {
  return entryId == null ? null : entryForMail(transaction, entryId);
}

function reachable() {
  return and(isNull(people.erasedAt), isNotNull(people.email));
}

function chosenFor(kind: MailKind) {
  return and(eq(mailChoices.personId, people.id), eq(mailChoices.mailGroup, mailKinds[kind].group));
}

type About = { account: MailContent['account']; accountId: string | null; entry: EntryForMail | null };

function rowsOf(
  notice: Notice<MailKind>,
  recipients: readonly Recipient[],
  about: About,
): (typeof outbox.$inferInsert)[] {
  const { kind, now } = notice;
  const { entry } = about;
  const key = notice.key ?? (entry === null ? null : `${entry.mail.id}:${entry.revision}`);
  if (key === null) throw new Error(`a notice of kind ${kind} needs a key`);
  const content: MailContent = { account: about.account, entry: entry?.mail ?? null, values: notice.values };
  return recipients.flatMap(({ personId, timeZone, choice }) => {
    const concerned = notice.atOnce === true || (entry?.concerned.includes(personId) ?? false);
    const delivery = deliveryOf(kind, choice, concerned);
    if (delivery === 'off') return [];
    const daily = delivery === 'daily';
    return {
      kind,
      audience: mailKinds[kind].audience,
      personId,
      accountId: about.accountId,
      entryId: entry?.mail.id ?? null,
      dedupeKey: `${kind}:${key}:${personId}`,
      content,
      bundle: daily ? 'digest' : (notice.bundle ?? null),
      createdAt: now,
      sendAfter: daily ? nextWallHour(now, timeZone, DIGEST_HOUR) : (notice.notBefore ?? now),
    };
  });
}

async function enqueue(
  transaction: Database,
  rows: readonly (typeof outbox.$inferInsert)[],
): Promise<number> {
  let written = 0;
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    const added = await transaction
      .insert(outbox)
      .values(rows.slice(start, start + AT_ONCE))
      .onConflictDoNothing({ target: outbox.dedupeKey })
      .returning({ id: outbox.id });
    written += added.length;
  }
  return written;
}
