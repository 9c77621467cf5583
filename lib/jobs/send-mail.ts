import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { type ClaimedMail, claimMail } from '../../db/queries/outbox.ts';
import { outbox, people } from '../../db/schema.ts';
import type { HopReport } from '../adapters/mailer.ts';
import { notifyStaff } from '../operations/notify.ts';
import { foldMail } from './fold-mail.ts';
import type { MailOffice } from './mail-office.ts';
import { makeMail } from './make-mail.ts';
import { noteHops, tellOfFailingHops } from './watch-mail-hops.ts';

const MINUTE_MS = 60_000;
/** Longer than one mail can take by every next hop: while it runs, nobody else sends the same row. */
export const LEASE_MS = 15 * MINUTE_MS;
const LONGEST_WAIT_MS = 240 * MINUTE_MS;
/** What could not be delivered for so long is not news any more. */
export const GIVE_UP_MS = 5 * 24 * 60 * MINUTE_MS;
/** One run ends before it would be taken for dead; the next one goes on. */
const RUN_MS = 5 * MINUTE_MS;

export type SendMail = {
  database: Database;
  office: MailOffice;
  now: () => Date;
  /** Told of a mail that could not be made or handed over and is tried again. */
  onFailure: (error: unknown, what: string) => void;
};

/**
 * Sends what is due in the outbox. Nothing is lost: a row is marked only after the next hop's 250, and one whose sender
 * died is sent again when its lease ends. Nothing comes twice but where a sender dies between that 250 and the mark:
 * then the same message is offered once more, with the same Message-ID, by which mailboxes know it.
 * @returns how many were sent
 */
export async function sendMail(operation: SendMail): Promise<number> {
  const { database, now } = operation;
  while ((await foldMail(database, now())) > 0);
  const until = now().getTime() + RUN_MS;
  let sent = 0;
  while (now().getTime() < until) {
    const row = await claimMail(database, randomUUID(), LEASE_MS, now());
    if (row === undefined) break;
    const outcome = await sendRow(operation, row);
    if (outcome === 'sent') sent += 1;
    // Nobody takes mail: the rest need not find that out one by one.
    if (outcome === 'nobody_takes_mail') break;
  }
  await tellOfFailingHops(database, now());
  return sent;
}

type RowOutcome = 'sent' | 'later' | 'dropped' | 'nobody_takes_mail';

async function sendRow(operation: SendMail, row: ClaimedMail): Promise<RowOutcome> {
  const { database, now, onFailure } = operation;
  const result = await offer(operation, row);
  // Beyond this point nothing is caught: what cannot be marked keeps its lease, and is not sent again before it ends.
  switch (result.outcome) {
    case 'sent':
      await close(database, row, { sentAt: now(), failure: null });
      await noteHops(database, result.hops, now());
      return 'sent';
    case 'nobody':
      await close(database, row, { droppedAt: now(), failure: result.why });
      return 'dropped';
    case 'permanent':
      await noteHops(database, result.hops, now());
      await giveUp(database, row, result.reason, now());
      return 'dropped';
    case 'temporary': {
      onFailure(result.error, `mail ${row.id} (${row.kind})`);
      await noteHops(database, result.hops, now());
      if (now().getTime() - row.createdAt.getTime() > GIVE_UP_MS) {
        await giveUp(database, row, result.error.message, now());
        return 'dropped';
      }
      const wait = Math.min(2 ** (row.attempts - 1) * MINUTE_MS, LONGEST_WAIT_MS);
      const sendAfter = new Date(now().getTime() + wait);
      await close(database, row, { sendAfter, failure: result.error.message });
      const nobody = result.hops.length > 0 && result.hops.every(({ failure }) => failure !== null);
      return nobody ? 'nobody_takes_mail' : 'later';
    }
  }
}

type Offered =
  | { outcome: 'sent'; hops: HopReport[] }
  | { outcome: 'nobody'; why: string }
  | { outcome: 'permanent'; reason: string; hops: HopReport[] }
  | { outcome: 'temporary'; error: Error; hops: HopReport[] };

/** A bug in one mail, or a full disk, is temporary too: the others go on, and this one is tried again. */
async function offer({ database, office, now }: SendMail, row: ClaimedMail): Promise<Offered> {
  try {
    const made = await makeMail(database, office, row, now());
    if (!made.ok) return { outcome: 'nobody', why: made.why };
    const result = await office.mailer.send(made.mail);
    if (result.outcome !== 'temporary') return result;
    return { outcome: 'temporary', error: new Error(result.reason), hops: result.hops };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return { outcome: 'temporary', error, hops: [] };
  }
}

/** Gives the lease back with what came of it; whoever no longer has it changes nothing. */
async function close(
  database: Database,
  row: ClaimedMail,
  changes: Partial<typeof outbox.$inferInsert>,
): Promise<boolean> {
  const closed = await database
    .update(outbox)
    .set({ ...changes, lease: null, leasedUntil: null })
    .where(and(eq(outbox.id, row.id), eq(outbox.lease, row.lease)))
    .returning({ id: outbox.id });
  return closed.length > 0;
}

/** It will not be sent. Staff are told, but not of a mail that told them of such mails. */
async function giveUp(database: Database, row: ClaimedMail, reason: string, now: Date): Promise<void> {
  await database.transaction(async (transaction) => {
    if (!(await close(transaction, row, { droppedAt: now, failure: reason }))) return;
    if (row.kind === 'mail_failed') return;
    const [person] = await transaction
      .select({ email: people.email })
      .from(people)
      .where(eq(people.id, row.personId));
    await notifyStaff(transaction, {
      kind: 'mail_failed',
      key: row.id,
      bundle: 'mail_failed',
      values: {
        items: [{ kind: row.kind, to: person?.email ?? '', reason, at: now.toISOString() }],
      },
      now,
    });
  });
}
