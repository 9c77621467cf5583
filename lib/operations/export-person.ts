import { and, eq, or, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isUuid } from '../../db/queries/entries.ts';
import {
  accountInvitations,
  accounts,
  apiTokens,
  decisions,
  eventPrivate,
  events,
  mailChoices,
  memberships,
  outbox,
  people,
  sessions,
  staff,
  threadMessages,
} from '../../db/schema.ts';
import { recordEvent } from './record-event.ts';
import { type Actor, type Result, refuse } from './result.ts';
import { staffPerson } from './staff-person.ts';

/** Everything that is stored about one person, in JSON values. Secrets are said to exist, and are not told. */
export type PersonExport = { person: Record<string, unknown>; [part: string]: unknown };

/**
 * What the platform keeps about a person, for that person: who they are, where they belong, how they signed in, what
 * they did and wrote, and what was written to them. That it was handed out is an event.
 */
export async function exportPerson(operation: {
  database: Database;
  actor: Actor;
  personId: string;
  now: Date;
}): Promise<Result<{ exported: PersonExport }>> {
  const { database, actor, personId, now } = operation;
  const own = actor.viewer?.personId === personId;
  if (!own) {
    const person = staffPerson(actor, 'erase_people');
    if (!person.ok) return person;
  }
  if (!isUuid(personId)) return refuse.notFound();
  const [row] = await database.select().from(people).where(eq(people.id, personId));
  if (row === undefined) return refuse.notFound();
  const { passwordHash, totpSecret, totpLastStep: _step, ...known } = row;
  const exported: PersonExport = {
    exported_at: now.toISOString(),
    person: { ...known, hasPassword: passwordHash !== null, hasSecondFactor: totpSecret !== null },
    ...(await partsOf(database, personId)),
  };
  await recordEvent(database, actor, { kind: 'person_exported', content: { person: personId } });
  return { ok: true, exported };
}

async function partsOf(database: Database, personId: string): Promise<Record<string, unknown>> {
  return {
    memberships: await database
      .select({
        account: accounts.slug,
        role: memberships.role,
        since: memberships.createdAt,
        endedAt: memberships.endedAt,
      })
      .from(memberships)
      .innerJoin(accounts, eq(accounts.id, memberships.accountId))
      .where(eq(memberships.personId, personId)),
    account_invitations: await database
      .select({
        account: accounts.slug,
        role: accountInvitations.role,
        at: accountInvitations.createdAt,
        answeredAt: accountInvitations.answeredAt,
        outcome: accountInvitations.outcome,
      })
      .from(accountInvitations)
      .innerJoin(accounts, eq(accounts.id, accountInvitations.accountId))
      .where(eq(accountInvitations.personId, personId)),
    staff: await database.select().from(staff).where(eq(staff.personId, personId)),
    sessions: await database.select().from(sessions).where(eq(sessions.personId, personId)),
    tokens: await database
      .select({
        name: apiTokens.name,
        scope: apiTokens.scope,
        createdAt: apiTokens.createdAt,
        lastUsedAt: apiTokens.lastUsedAt,
        revokedAt: apiTokens.revokedAt,
      })
      .from(apiTokens)
      .where(eq(apiTokens.personId, personId)),
    mail_choices: await database.select().from(mailChoices).where(eq(mailChoices.personId, personId)),
    mail: await database
      .select({ kind: outbox.kind, content: outbox.content, at: outbox.createdAt, sentAt: outbox.sentAt })
      .from(outbox)
      .where(eq(outbox.personId, personId)),
    messages: await database
      .select({ entry: threadMessages.entryId, body: threadMessages.body, at: threadMessages.createdAt })
      .from(threadMessages)
      .where(eq(threadMessages.personId, personId)),
    decisions: await database
      .select({
        entry: decisions.entryId,
        kind: decisions.kind,
        reason: decisions.reason,
        at: decisions.createdAt,
      })
      .from(decisions)
      .where(eq(decisions.personId, personId)),
    events: await database
      .select({
        id: events.id,
        at: events.at,
        kind: events.kind,
        entry: events.entryId,
        content: sql<unknown>`${events.content}::jsonb`,
        private: sql<unknown>`${eventPrivate.content}::jsonb`,
      })
      .from(events)
      .leftJoin(eventPrivate, eq(eventPrivate.eventId, events.id))
      .where(or(eq(events.actorId, personId), and(eq(eventPrivate.personId, personId))))
      .orderBy(events.at),
  };
}
