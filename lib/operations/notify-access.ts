import type { Database } from '../../db/client.ts';
import type { MailValues } from '../domain/mail-values.ts';
import { notifyPerson } from './notify.ts';
import { nameForMail, whoDidIt } from './notify-owner-added.ts';
import type { Actor } from './result.ts';

type AccessChanged = {
  personId: string;
  change: MailValues['access_changed']['change'];
  /** Names this change, where one may follow another in the same moment: the id of its event. */
  key: string;
  from: string | null;
  tokens?: number;
  now: Date;
};

/** Tells a person that their own way to sign in has changed: it may not have been they. Inside the transaction. */
export async function notifyAccessChanged(transaction: Database, changed: AccessChanged): Promise<void> {
  const { personId, change, key, from, tokens = 0, now } = changed;
  await notifyPerson(transaction, {
    kind: 'access_changed',
    personId,
    key,
    values: { change, at: now.toISOString(), from, tokens },
    now,
  });
}

type RoleChanged = {
  personId: string;
  /** Name of the account; null: the platform's staff. */
  account: string | null;
  role: MailValues['role_changed']['role'];
  /** Of the membership that began or ended, and how. */
  key: string;
  now: Date;
};

/**
 * Tells a person what somebody else has made of their role: nobody is told of what they did themselves. Inside the
 * transaction.
 */
export async function notifyRoleChanged(
  transaction: Database,
  actor: Actor,
  changed: RoleChanged,
): Promise<void> {
  const { personId, account, role, key, now } = changed;
  const by = whoDidIt(actor);
  if (by === personId) return;
  await notifyPerson(transaction, {
    kind: 'role_changed',
    personId,
    key,
    values: { account, role, by: await nameForMail(transaction, by) },
    now,
  });
}
