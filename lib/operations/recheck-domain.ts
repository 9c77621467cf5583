import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import {
  type DomainByRecord,
  domainByRecord,
  entriesSendingAs,
  isAnyDomainAnswered,
} from '../../db/queries/domains.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { domainChecks, senderDomains } from '../../db/schema.ts';
import type { Resolver } from '../adapters/resolver.ts';
import { addDays } from '../domain/days.ts';
import { type DomainOutcome, recheckStep } from '../domain/domain-recheck.ts';
import { nextAsking, shareOf } from '../domain/evidence-schedule.ts';
import type { Policy } from '../domain/policy.ts';
import { challengeName } from '../secrets/domain-token.ts';
import type { Secrets } from '../secrets/keys.ts';
import { callForSilence, callForSpared } from './call-person.ts';
import { askFuse, dropHeld, holdAction, lockFuse } from './fuse-passage.ts';
import { lookForChallenge } from './look-for-challenge.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, systemActor } from './result.ts';

/** The silence is of one domain, and not of all, where another was answered within these days: by then it is asked daily. */
const ANSWERED_DAYS = 2;

export type RecheckDomain = {
  database: Database;
  domainId: string;
  resolver: Pick<Resolver, 'txt'>;
  secrets: Secrets;
  now: Date;
};

/**
 * Looks whether the record by which a sender domain was verified is still there: a domain changes hands. What follows from
 * one that is not is `recheckStep`. Where the end would leave a critical entry without the domain a person is called
 * instead, and the fuse holds what would come to many entries at once.
 * @returns what was found; `gone` for a domain that is verified by no record any more
 */
export async function recheckDomain(operation: RecheckDomain): Promise<DomainOutcome | 'gone'> {
  const { database, domainId, resolver, secrets, now } = operation;
  const subject = await domainByRecord(database, { id: domainId });
  if (subject === undefined) return 'gone';
  const { serverId, domain, record: before } = subject;
  const look = await lookForChallenge({ resolver, secrets, serverId, domain, before });
  const policy = await currentPolicy(database);
  return database.transaction(async (transaction) => {
    // One at a time for each domain, then the fuse: both before the clock.
    await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${domainId}, 0))`);
    await lockFuse(transaction);
    const current = await domainByRecord(transaction, { id: domainId });
    if (current === undefined) return 'gone';
    await follow(transaction, current, look, policy, now);
    return look.outcome;
  });
}

async function follow(
  transaction: Database,
  subject: DomainByRecord,
  look: { outcome: DomainOutcome; record: string | null },
  policy: Policy,
  now: Date,
): Promise<void> {
  const { outcome, record } = look;
  const kept = { missingSince: subject.missingSince, endsAt: subject.endsAt };
  // An owner looks as often as they like: only what was planned is counted.
  const isPlanned = subject.dueAt === null || subject.dueAt <= now;
  const failures = outcome === 'temporary_error' ? subject.failures + (isPlanned ? 1 : 0) : 0;
  const again = nextAsking(
    policy,
    { outcome: failures > 0 ? 'temporary_error' : 'found', failures, share: shareOf(subject.id) },
    now,
  );
  const note = (missing: typeof kept, dueAt: Date, counted = failures) => {
    const found = { outcome, failures: counted, record: record ?? subject.record };
    const values = { checkedAt: now, ...found, ...missing, dueAt };
    return transaction
      .insert(domainChecks)
      .values({ domainId: subject.id, ...values })
      .onConflictDoUpdate({ target: domainChecks.domainId, set: values });
  };
  const step = recheckStep(kept, outcome, failures, policy.drift, now);
  switch (step.kind) {
    case 'unknown': {
      const tells = step.tells && isPlanned;
      // Where no domain at all is answered it is our own resolver: the next look asks that anew.
      const isOurs = tells && !(await isAnyDomainAnswered(transaction, addDays(now, -ANSWERED_DAYS)));
      await note(kept, isPlanned ? again : (subject.dueAt ?? again), isOurs ? failures - 1 : failures);
      return tells && !isOurs ? tellOfSilence(transaction, subject, now) : undefined;
    }
    case 'waits':
      return void (await note(step.missing, step.lookAt));
    case 'holds':
      await note({ missingSince: null, endsAt: null }, again);
      await dropHeld(transaction, heldSubject(subject.id), 'no_longer', now);
      if (step.again) await tell(transaction, systemActor, subject, 'domain_record_found', {});
      return;
    case 'tells':
      await note(step.missing, step.lookAt);
      return ask(transaction, subject, step.missing.endsAt, now);
    case 'ends':
      await note(kept, again);
      return end(transaction, subject, policy, now);
  }
}

const heldSubject = (domainId: string) => `domain:${domainId}`;

async function ask(transaction: Database, subject: DomainByRecord, until: Date, now: Date): Promise<void> {
  const endsAt = until.toISOString();
  await tell(transaction, systemActor, subject, 'domain_record_missing', { endsAt });
  await mail(transaction, subject, endsAt, now);
}

/** Nothing ends by itself: the owners are to see to their name servers, and staff whether the domain still is theirs. */
async function tellOfSilence(transaction: Database, subject: DomainByRecord, now: Date): Promise<void> {
  const { id, accountId, domain, server } = subject;
  await tell(transaction, systemActor, subject, 'domain_silent', {});
  await notifyOwners(transaction, {
    kind: 'sender_domain',
    accountId,
    key: `${id}:silent:${now.toISOString()}`,
    values: { domain, server, recordName: challengeName(domain), endsAt: null, silent: true },
    now,
  });
  await callForSilence(transaction, subject, now);
}

async function end(transaction: Database, subject: DomainByRecord, policy: Policy, now: Date): Promise<void> {
  const affected = await entriesSendingAs(transaction, subject.serverId, subject.domain, now);
  const critical = affected.filter((entry) => entry.critical);
  for (const entry of critical) {
    const call = { why: 'domain', key: `${subject.id}:${subject.endsAt?.toISOString()}` } as const;
    if (!(await callForSpared(transaction, entry, call, now))) continue;
    await recordEvent(transaction, systemActor, {
      kind: 'spared',
      accountId: entry.accountId,
      entryId: entry.id,
      serverId: entry.serverId,
      content: { cause: 'domain', domain: subject.domain },
    });
  }
  if (critical.length > 0) return;
  const entryIds = affected.map(({ id }) => id);
  const passage = { cause: 'drift', effect: 'out_of_force', entryIds } as const;
  const answer = await askFuse(transaction, policy.abuse, passage, now);
  if (!answer.held) return void (await endMissingDomain(transaction, subject.id, now));
  const action = { kind: 'domain', domainId: subject.id } as const;
  const held = { ...passage, subject: heldSubject(subject.id), action, trip: answer.trip };
  await holdAction(transaction, held, now);
}

/**
 * Ends a domain whose record is missing for longer than its owners had time, in the caller's transaction.
 * @returns false where the record is there again, or the domain is none of the server's any more
 */
export async function endMissingDomain(
  transaction: Database,
  domainId: string,
  now: Date,
  actor: Actor = systemActor,
): Promise<boolean> {
  const subject = await domainByRecord(transaction, { id: domainId });
  if (subject === undefined || subject.endsAt === null || subject.endsAt > now) return false;
  const ended = await transaction
    .update(senderDomains)
    .set({ endedAt: now })
    // Its owner may give it up in this moment.
    .where(and(eq(senderDomains.id, domainId), isNull(senderDomains.endedAt)))
    .returning({ id: senderDomains.id });
  if (ended.length === 0) return false;
  await tell(transaction, actor, subject, 'domain_ended', { cause: 'record_missing' });
  await mail(transaction, subject, null, now);
  return true;
}

/** That it is missing was a mistake: whatever is seen from now on begins anew. */
export async function forgetMissing(transaction: Database, domainIds: readonly string[]): Promise<void> {
  if (domainIds.length === 0) return;
  await transaction
    .update(domainChecks)
    .set({ missingSince: null, endsAt: null })
    .where(sql`${domainChecks.domainId} = any(${sql.param([...domainIds])}::uuid[])`);
}

async function tell(
  transaction: Database,
  actor: Actor,
  { accountId, serverId, domain }: DomainByRecord,
  kind: string,
  content: object,
): Promise<void> {
  await recordEvent(transaction, actor, { kind, accountId, serverId, content: { domain, ...content } });
}

async function mail(
  transaction: Database,
  { id, accountId, server, domain, endsAt: told }: DomainByRecord,
  endsAt: string | null,
  now: Date,
): Promise<void> {
  await notifyOwners(transaction, {
    kind: 'sender_domain',
    accountId,
    key: `${id}:${endsAt ?? `ended:${told?.toISOString()}`}`,
    values: { domain, server, recordName: challengeName(domain), endsAt },
    now,
  });
}
