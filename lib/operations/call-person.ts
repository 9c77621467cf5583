import type { Database } from '../../db/client.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { accountForMail, entryForMail } from './mail-content.ts';
import { notifyStaff } from './notify.ts';

/**
 * Calls a person, by mail to staff: what was seen of a critical entry calls for more than the ladder does to it by
 * itself. In the transaction that has noted it.
 */
export async function callPerson(
  transaction: Database,
  entry: EntryRow,
  calledFor: 'suspended' | 'removed',
  now: Date,
): Promise<void> {
  const {
    mail: { id, network, label, server },
  } = await entryForMail(transaction, entry.id);
  const account = await accountForMail(transaction, entry.accountId);
  await notifyStaff(transaction, {
    kind: 'abuse_call',
    key: `${id}:${calledFor}:${now.toISOString()}`,
    values: {
      about: 'entry',
      entry: { id, network, label, server },
      account: account.name,
      calledFor,
    },
    now,
  });
}

/**
 * Calls a person because a proof of a live entry was taken back, and again once it is proven anew.
 * @param call.outcome what has happened to the entry for that
 */
export async function callForProof(
  transaction: Database,
  entry: EntryRow,
  call: { reportId: string; outcome: 'suspended' | 'held' | 'stays' | 'proven_anew' },
  now: Date,
): Promise<void> {
  const { id, network, label, server } = (await entryForMail(transaction, entry.id)).mail;
  const account = await accountForMail(transaction, entry.accountId);
  await notifyStaff(transaction, {
    kind: 'abuse_call',
    key: `${id}:proof:${call.reportId}`,
    values: {
      about: 'proof',
      entry: { id, network, label, server },
      account: account.name,
      outcome: call.outcome,
    },
    now,
  });
}

/**
 * Calls a person because a critical entry is spared what comes to others by itself.
 * @param call.key what makes it the same call
 * @returns whether anybody was called: nobody is twice for the same
 */
export async function callForSpared(
  transaction: Database,
  entry: EntryRow,
  call: { why: 'drift' | 'idle' | 'server' | 'domain'; key: string },
  now: Date,
): Promise<boolean> {
  const { id, network, label, server } = (await entryForMail(transaction, entry.id)).mail;
  const account = await accountForMail(transaction, entry.accountId);
  const called = await notifyStaff(transaction, {
    kind: 'abuse_call',
    key: `${id}:${call.why}:${call.key}`,
    values: {
      about: 'spared',
      entry: { id, network, label, server },
      account: account.name,
      why: call.why,
    },
    now,
  });
  return called > 0;
}

/** Calls a person because the name servers of a verified sender domain have not answered for days. */
export async function callForSilence(
  transaction: Database,
  { id, accountId, server, domain }: { id: string; accountId: string; server: string; domain: string },
  now: Date,
): Promise<void> {
  const { name, slug } = await accountForMail(transaction, accountId);
  await notifyStaff(transaction, {
    kind: 'abuse_call',
    key: `${id}:silent:${now.toISOString()}`,
    values: { about: 'domain', domain, server, account: name, slug },
    now,
  });
}
