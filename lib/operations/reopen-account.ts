import { eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { belongsTo } from '../../db/queries/people.ts';
import { accounts } from '../../db/schema.ts';
import { accountStanding, accountWord } from '../domain/sanctions.ts';
import { lockFuse } from './fuse-passage.ts';
import { notifyStanding } from './notify-standing.ts';
import type { AccountRow } from './put-account.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';
import { staffPerson } from './staff-person.ts';
import { tellPlatform } from './tell-platform.ts';

/**
 * Takes back that staff closed or cancelled an account: by one admin or an operator, not by who belongs to it. Then it is
 * what the platform says by now, and what else stands against it stays. Its entries stay ended.
 */
export async function reopenAccount(operation: {
  database: Database;
  actor: Actor;
  slug: string;
  reason: string;
  now: Date;
}): Promise<Result<{ account: AccountRow }>> {
  const { database, actor, slug, reason, now } = operation;
  const person = staffPerson(actor, 'close_account');
  if (!person.ok) return person;
  if (reason.trim() === '') return { ok: false, code: 'reason_missing' };
  return database.transaction(async (transaction) => {
    await lockFuse(transaction);
    const [known] = await transaction.select().from(accounts).where(eq(accounts.slug, slug));
    if (known === undefined || known.cancelledByStaffAt === null) return refuse.notFound();
    const since = known.cancelledByStaffAt;
    if (person.personId !== null && (await belongsTo(transaction, person.personId, known.id, since))) {
      return { ok: false as const, code: 'own_account' as const };
    }
    const [account] = await transaction
      .update(accounts)
      .set(accountStanding(accountWord(known), { ...known, cancelledByStaffAt: null }))
      .where(eq(accounts.id, known.id))
      .returning();
    if (account === undefined) throw new Error(`account ${slug} vanished while it was reopened`);
    const { id: accountId, status } = account;
    const key = await recordEvent(transaction, actor, {
      kind: 'account_reopened',
      accountId,
      content: { reason, status },
    });
    // What else stands against it its owners were told, and it is not open.
    if (status === 'active') {
      const told = { accountId, server: null, reason, key, now };
      await notifyStanding(transaction, { ...told, standing: 'reopened' });
    }
    await tellPlatform(transaction, actor, 'account_reopened', { account: slug, reason });
    return { ok: true as const, account };
  });
}
