import type { Database } from '../../db/client.ts';
import { displayNetwork } from '../../db/queries/entry-facts.ts';
import { keysTold, keysToldSince } from '../../db/queries/outbox.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import {
  lapsingServers,
  renewalsDue,
  timedOutEntries,
  unprovenRequests,
} from '../../db/queries/reminders.ts';
import { noteIdleWarning, type SilentEntry, silentEntries } from '../../db/queries/silence.ts';
import { addDays } from '../domain/days.ts';
import { IDLE_WARNING_DAYS, IDLE_WARNING_LASTS_DAYS, idleEnd, isWarned } from '../domain/idle.ts';
import type { Policy } from '../domain/policy.ts';
import { type AccountNotice, notifyOwners, notifyOwnersOfEach } from '../operations/notify.ts';
import { causeOf, forceStandings, MOST_LISTED } from '../operations/notify-force.ts';
import { remindStaff } from './remind-staff.ts';

const DAY_MS = 86_400_000;
const PROOF_DAYS = [10, 3] as const;
const RENEW_DAYS = [1, 7, 30] as const;
const LAPSE_DAYS = [1, 7] as const;
/** Before an entry that does not send expires, the first time: on day 150 of the usual 180. */
const FIRST_IDLE_DAYS = 30;
/** After a longer stop of the jobs, what ended before this is no news. */
const LOOK_BACK_DAYS = 7;

/**
 * Mail that no change brings about but the clock. Each is due in a span of time and has a key of its own, so running
 * this often, late, or twice at once writes each of them once.
 */
export async function remind(database: Database, now: Date): Promise<void> {
  const policy = await currentPolicy(database);
  await remindOfProofs(database, policy, now);
  await remindToRenew(database, now);
  await tellTimedOut(database, policy, now);
  await tellLapsing(database, now);
  await remindOfSilence(database, policy, now);
  await remindStaff(database, now);
}

/** What is told together. One account's stay together, so that those that are due together are one mail. */
const AT_ONCE = 500;

/** Tells notices of one kind, in transactions of some hundred: a wave is thousands of them on one day. */
async function tellOwners(database: Database, notices: readonly AccountNotice[]): Promise<void> {
  let batch: AccountNotice[] = [];
  for (const ofAccount of Map.groupBy(notices, ({ accountId }) => accountId).values()) {
    if (batch.length > 0 && batch.length + ofAccount.length > AT_ONCE) {
      await tellTogether(database, batch);
      batch = [];
    }
    batch.push(...ofAccount);
  }
  if (batch.length > 0) await tellTogether(database, batch);
}

async function tellTogether(database: Database, notices: readonly AccountNotice[]): Promise<void> {
  await database.transaction((transaction) => notifyOwnersOfEach(transaction, notices));
}

async function remindOfProofs(database: Database, policy: Policy, now: Date): Promise<void> {
  const [, first] = PROOF_DAYS;
  const due = await unprovenRequests(database, addDays(now, -policy.awaitDays), addDays(now, -first));
  const told = await keysTold(
    database,
    'proof_missing',
    due.map(({ id }) => id),
  );
  const notices = due.flatMap(({ id, accountId, dueAt: made }): AccountNotice[] => {
    const day = PROOF_DAYS.find((days) => addDays(made, days) <= now);
    const key = `${id}:day-${day}`;
    if (day === undefined || told.has(`proof_missing:${key}`)) return [];
    const endsAt = addDays(made, policy.awaitDays).toISOString();
    return [{ kind: 'proof_missing', accountId, entryId: id, key, values: { day, endsAt }, now }];
  });
  await tellOwners(database, notices);
}

async function remindToRenew(database: Database, now: Date): Promise<void> {
  const due = await renewalsDue(database, now, addDays(now, Math.max(...RENEW_DAYS)));
  const told = await keysTold(
    database,
    'renew',
    due.map(({ id }) => id),
  );
  const notices = due.flatMap(({ accountId, reviewBy, network, ...renewal }): AccountNotice[] => {
    if (reviewBy === null) return [];
    const days = Math.ceil((reviewBy.getTime() - now.getTime()) / DAY_MS);
    const stage = RENEW_DAYS.find((each) => days <= each);
    const key = `${renewal.id}:${reviewBy.getTime()}:${stage}`;
    if (stage === undefined || told.has(`renew:${key}`)) return [];
    const item = { ...renewal, network: displayNetwork(network), reviewBy: reviewBy.toISOString(), days };
    const values = { items: [item] };
    return [{ kind: 'renew', accountId, entryId: renewal.id, key, bundle: 'renew', values, now }];
  });
  await tellOwners(database, notices);
}

async function tellTimedOut(database: Database, policy: Policy, now: Date): Promise<void> {
  const due = await timedOutEntries(database, addDays(now, -LOOK_BACK_DAYS), now);
  const told = await keysTold(
    database,
    'out_of_force',
    due.map(({ id }) => id),
  );
  const notices = due.flatMap((entry): AccountNotice[] => {
    const cause = causeOf(entry, now);
    const key = `${entry.id}:${entry.expiresAt?.getTime()}`;
    if (cause === null || told.has(`out_of_force:${key}`)) return [];
    const late =
      cause === 'renewal_overdue' && entry.reviewBy !== null
        ? { expiresAt: addDays(entry.reviewBy, policy.lateRenewalDays).toISOString() }
        : {};
    const values = { cause, reason: null, listed: null, ...late };
    const { id: entryId, accountId } = entry;
    return [{ kind: 'out_of_force', accountId, entryId, key, bundle: `out_of_force:${cause}`, values, now }];
  });
  await tellOwners(database, notices);
}

async function tellLapsing(database: Database, now: Date): Promise<void> {
  const most = Math.max(...LAPSE_DAYS);
  const told = await keysToldSince(database, 'lapse_soon', addDays(now, -most - 1));
  for (const server of await lapsingServers(database, now, addDays(now, most))) {
    const { serverId, accountId, slug, paidEnd } = server;
    const days = Math.ceil((paidEnd.getTime() - now.getTime()) / DAY_MS);
    const stage = LAPSE_DAYS.find((each) => days <= each);
    const key = `${serverId}:${paidEnd.getTime()}:${stage}`;
    if (stage === undefined || told.has(`lapse_soon:${key}`)) continue;
    await database.transaction(async (transaction) => {
      const standings = await forceStandings(transaction, { serverId }, now);
      const losing = [...standings.values()].filter(({ cause }) => cause === null);
      if (losing.length === 0) return;
      await notifyOwners(transaction, {
        kind: 'lapse_soon',
        accountId,
        key,
        values: {
          entries: losing.slice(0, MOST_LISTED).map(({ entry }) => entry),
          total: losing.length,
          server: slug,
          endsAt: paidEnd.toISOString(),
          days,
        },
        now,
      });
    });
  }
}

async function remindOfSilence(database: Database, { idleDays }: Policy, now: Date): Promise<void> {
  const silent = await silentEntries(database, { until: addDays(now, FIRST_IDLE_DAYS - idleDays), now });
  const told = await keysTold(
    database,
    'idle',
    silent.map(({ id }) => id),
  );
  const notices: AccountNotice[] = [];
  for (const silence of silent) {
    if (addDays(silence.since, idleDays - IDLE_WARNING_DAYS) <= now) {
      await warnOfIdleEnd(database, silence, idleDays, now);
      continue;
    }
    const key = `${silence.id}:${silence.since.getTime()}:${FIRST_IDLE_DAYS}`;
    if (!told.has(`idle:${key}`)) notices.push(ofSilence(silence, idleDays, key, now));
  }
  await tellOwners(database, notices);
}

/** The warning is noted even where nobody wants such mail: without one nothing expires. */
async function warnOfIdleEnd(
  database: Database,
  silence: SilentEntry,
  idleDays: number,
  now: Date,
): Promise<void> {
  if (isWarned(silence, now)) return;
  await database.transaction(async (transaction) => {
    if (!(await noteIdleWarning(transaction, silence, addDays(now, -IDLE_WARNING_LASTS_DAYS), now))) return;
    const key = `${silence.id}:${silence.since.getTime()}:warned:${now.getTime()}`;
    await notifyOwners(transaction, ofSilence(silence, idleDays, key, now));
  });
}

function ofSilence(silence: SilentEntry, idleDays: number, key: string, now: Date): AccountNotice {
  return {
    kind: 'idle',
    accountId: silence.accountId,
    entryId: silence.id,
    key,
    values: {
      day: Math.floor((now.getTime() - silence.since.getTime()) / DAY_MS),
      lastMessageAt: silence.lastMessageAt?.toISOString() ?? null,
      endsAt: idleEnd(silence, idleDays, now).toISOString(),
    },
    now,
  };
}
