import type { Database } from '../../db/client.ts';
import type { MailEntries, MailValues } from '../domain/mail-values.ts';
import { notifyOwners } from './notify.ts';

type Standing = {
  accountId: string;
  /** Slug of the server; null: the account. */
  server: string | null;
  standing: MailValues['account_standing']['standing'];
  reason: string | null;
  /** Id of the event that says the same. */
  key: string;
  removed?: MailEntries;
  rejected?: MailEntries;
  /** Who besides the owners is concerned. */
  also?: readonly string[];
  now: Date;
};

const none: MailEntries = { entries: [], total: 0 };

/**
 * Tells the owners what has become of their account, or of a server of it, where no mail about its addresses does: they
 * have SMTP users as well, and may have nothing in force. Inside the transaction.
 */
export async function notifyStanding(transaction: Database, change: Standing): Promise<void> {
  const {
    accountId,
    server,
    standing,
    reason,
    key,
    removed = none,
    rejected = none,
    also = [],
    now,
  } = change;
  const values = { standing, server, reason, removed, rejected };
  await notifyOwners(transaction, { kind: 'account_standing', accountId, key, values, also, now });
}
