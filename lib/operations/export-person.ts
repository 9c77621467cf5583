import { asc, eq, inArray, or, sql } from 'drizzle-orm';
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

/** So many rows of mail and events are read at once: somebody who signs in by machine has tens of thousands. */
const PIECE_ROWS = 1000;

/** A part of what is stored, as its rows are read. */
type Part = readonly [name: string, rows: AsyncIterable<readonly unknown[]>];

/**
 * What the platform keeps about a person, for that person: who they are, where they belong, how they signed in, what
 * they did and wrote, and what was written to them. Secrets are said to exist, and are not told. That it was handed out
 * is an event. The text, one JSON object, comes piece by piece, as it is read.
 */
export async function exportPerson(operation: {
  database: Database;
  actor: Actor;
  personId: string;
  now: Date;
}): Promise<Result<{ text: AsyncGenerator<string, void, undefined> }>> {
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
  const person = { ...known, hasPassword: passwordHash !== null, hasSecondFactor: totpSecret !== null };
  await recordEvent(database, actor, { kind: 'person_exported', content: { person: personId } });
  return { ok: true, text: textOf({ exported_at: now, person }, partsOf(database, personId)) };
}

/** One line for each value of the head, and one for each row of a part. */
async function* textOf(
  head: Readonly<Record<string, unknown>>,
  parts: readonly Part[],
): AsyncGenerator<string, void, undefined> {
  const lines = Object.entries(head).map(([name, value]) => `"${name}": ${JSON.stringify(value)}`);
  yield `{\n${lines.join(',\n')}`;
  for (const [name, pieces] of parts) {
    yield `,\n"${name}": [`;
    let before = '\n';
    for await (const rows of pieces) {
      if (rows.length === 0) continue;
      yield before + rows.map((row) => JSON.stringify(row)).join(',\n');
      before = ',\n';
    }
    yield '\n]';
  }
  yield '\n}\n';
}

async function* atOnce(rows: PromiseLike<readonly unknown[]>): AsyncGenerator<readonly unknown[]> {
  yield await rows;
}

/** Which rows there are is read first: the text then holds each once, whatever is written meanwhile. */
async function* inPieces(
  found: PromiseLike<readonly { id: string }[]>,
  read: (ids: string[]) => PromiseLike<readonly unknown[]>,
): AsyncGenerator<readonly unknown[]> {
  const ids = (await found).map(({ id }) => id);
  for (let start = 0; start < ids.length; start += PIECE_ROWS) {
    yield await read(ids.slice(start, start + PIECE_ROWS));
  }
}

function partsOf(database: Database, personId: string): Part[] {
  const told = database
    .select({ id: outbox.id })
    .from(outbox)
    .where(eq(outbox.personId, personId))
    .orderBy(asc(outbox.createdAt), asc(outbox.id));
  const mail = (ids: string[]) =>
    database
      .select({ kind: outbox.kind, content: outbox.content, at: outbox.createdAt, sentAt: outbox.sentAt })
      .from(outbox)
      .where(inArray(outbox.id, ids))
      .orderBy(asc(outbox.createdAt), asc(outbox.id));
  const done = database
    .select({ id: events.id })
    .from(events)
    .leftJoin(eventPrivate, eq(eventPrivate.eventId, events.id))
    .where(or(eq(events.actorId, personId), eq(eventPrivate.personId, personId)))
    .orderBy(asc(events.at), asc(events.seq));
  const happened = (ids: string[]) =>
    database
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
      .where(inArray(events.id, ids))
      .orderBy(asc(events.at), asc(events.seq));
  return [...fewOf(database, personId), ['mail', inPieces(told, mail)], ['events', inPieces(done, happened)]];
}

function fewOf(database: Database, personId: string): Part[] {
  const belonged = database
    .select({
      account: accounts.slug,
      role: memberships.role,
      since: memberships.createdAt,
      endedAt: memberships.endedAt,
    })
    .from(memberships)
    .innerJoin(accounts, eq(accounts.id, memberships.accountId))
    .where(eq(memberships.personId, personId));
  const invited = database
    .select({
      account: accounts.slug,
      role: accountInvitations.role,
      at: accountInvitations.createdAt,
      answeredAt: accountInvitations.answeredAt,
      outcome: accountInvitations.outcome,
    })
    .from(accountInvitations)
    .innerJoin(accounts, eq(accounts.id, accountInvitations.accountId))
    .where(eq(accountInvitations.personId, personId));
  const tokens = database
    .select({
      name: apiTokens.name,
      scope: apiTokens.scope,
      createdAt: apiTokens.createdAt,
      lastUsedAt: apiTokens.lastUsedAt,
      revokedAt: apiTokens.revokedAt,
    })
    .from(apiTokens)
    .where(eq(apiTokens.personId, personId));
  const written = database
    .select({ entry: threadMessages.entryId, body: threadMessages.body, at: threadMessages.createdAt })
    .from(threadMessages)
    .where(eq(threadMessages.personId, personId));
  const decided = database
    .select({
      entry: decisions.entryId,
      kind: decisions.kind,
      reason: decisions.reason,
      at: decisions.createdAt,
    })
    .from(decisions)
    .where(eq(decisions.personId, personId));
  return [
    ['memberships', atOnce(belonged)],
    ['account_invitations', atOnce(invited)],
    ['staff', atOnce(database.select().from(staff).where(eq(staff.personId, personId)))],
    ['sessions', atOnce(database.select().from(sessions).where(eq(sessions.personId, personId)))],
    ['tokens', atOnce(tokens)],
    ['mail_choices', atOnce(database.select().from(mailChoices).where(eq(mailChoices.personId, personId)))],
    ['messages', atOnce(written)],
    ['decisions', atOnce(decided)],
  ];
}
