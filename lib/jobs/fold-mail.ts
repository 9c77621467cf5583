import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { dueBundles, type OutboxRow } from '../../db/queries/outbox.ts';
import { outbox } from '../../db/schema.ts';
import { isMailKind, type TemplateKind } from '../domain/mail-kinds.ts';
import type { Counted, MailContent, MailEntry, MailValues } from '../domain/mail-values.ts';

const BATCH = 2000;
/** Of one person: the addresses of a whole list are one mail. Beyond it there are several, for they are held in memory. */
const MOST_OF_ONE = 20_000;
const MOST_LISTED = 50;

/**
 * Makes one row of the rows of a bundle that are due: a person's day in one digest, many addresses in one reminder.
 * One transaction: whoever dies in it has done nothing. Returns how many rows were looked at.
 */
export async function foldMail(database: Database, now: Date): Promise<number> {
  return database.transaction(async (transaction) => {
    const rows = await wholePersons(transaction, now);
    const groups = Map.groupBy(rows, (row) =>
      [row.personId, row.audience, row.audience === 'account' ? row.accountId : '', row.bundle].join(' '),
    );
    for (const group of groups.values()) await foldGroup(transaction, group, now);
    return rows.length;
  });
}

/** The rows of a batch, and what else there is for the person whom it ends with. */
async function wholePersons(transaction: Database, now: Date): Promise<OutboxRow[]> {
  const rows = await dueBundles(transaction, now, BATCH);
  const last = rows.at(-1)?.personId;
  if (rows.length < BATCH || last === undefined) return rows;
  const others = rows.filter(({ personId }) => personId !== last);
  return [...others, ...(await dueBundles(transaction, now, MOST_OF_ONE, last))];
}

async function foldGroup(transaction: Database, rows: readonly OutboxRow[], now: Date): Promise<void> {
  const [first, ...others] = rows;
  if (first === undefined) return;
  if (others.length === 0) {
    // Alone it is a mail like any other.
    await transaction.update(outbox).set({ bundle: null }).where(eq(outbox.id, first.id));
    return;
  }
  const { kind, content } = merge(rows);
  const [made] = await transaction
    .insert(outbox)
    .values({
      kind,
      audience: first.audience,
      personId: first.personId,
      accountId: first.audience === 'account' ? first.accountId : null,
      dedupeKey: `folded:${first.id}`,
      content,
      createdAt: now,
      sendAfter: now,
    })
    .returning({ id: outbox.id });
  if (made === undefined) throw new Error('the insert of a folded mail returned no row');
  await transaction
    .update(outbox)
    .set({ foldedInto: made.id })
    .where(sql`${outbox.id} = any (${sql.param(rows.map(({ id }) => id))}::uuid[])`);
}

/** Rows of kinds that name several things become one of the same kind; anything else becomes a digest. */
function merge(rows: readonly OutboxRow[]): { kind: TemplateKind; content: MailContent } {
  const [first] = rows;
  if (first === undefined) throw new Error('nothing to fold');
  const account = first.audience === 'account' ? first.content.account : null;
  const about = (values: MailContent['values']): MailContent => ({ account, entry: null, values });
  const same = first.bundle !== 'digest' && rows.every(({ kind }) => kind === first.kind);
  if (same && first.kind === 'renew') {
    const items = rows.flatMap((row) => valuesOf<'renew'>(row).items);
    const soonest = items.toSorted((one, other) => one.reviewBy.localeCompare(other.reviewBy));
    return { kind: 'renew', content: about(firstOf(soonest)) };
  }
  if (same && first.kind === 'mail_failed') {
    const items = rows.flatMap((row) => valuesOf<'mail_failed'>(row).items);
    return { kind: 'mail_failed', content: about(firstOf(items)) };
  }
  if (same && (first.kind === 'out_of_force' || first.kind === 'back_in_force')) {
    const { cause, reason } = valuesOf<'out_of_force'>(first);
    const entries = rows.flatMap(entriesOf);
    const total = rows.reduce((sum, row) => sum + (valuesOf<'out_of_force'>(row).listed?.total ?? 1), 0);
    const listed = { entries: entries.slice(0, MOST_LISTED), total };
    const ends = rows.flatMap((row) => valuesOf<'out_of_force'>(row).expiresAt ?? []).toSorted();
    return {
      kind: first.kind,
      content: about({ cause, reason, listed, ...(ends[0] === undefined ? {} : { expiresAt: ends[0] }) }),
    };
  }
  const items = rows.flatMap(({ kind, createdAt, content }) =>
    isMailKind(kind) ? [{ kind, at: createdAt.toISOString(), content }] : [],
  );
  return { kind: 'digest', content: about(firstOf(items)) };
}

/** What a mail names of many: the rest is only counted. */
function firstOf<Item>(items: Item[]): Counted<Item> {
  if (items.length <= MOST_LISTED) return { items };
  return { items: items.slice(0, MOST_LISTED), total: items.length };
}

function entriesOf(row: OutboxRow): MailEntry[] {
  const { listed } = valuesOf<'out_of_force'>(row);
  if (listed !== null) return listed.entries;
  return row.content.entry === null ? [] : [row.content.entry];
}

/** What the row's kind has as values: `notify` wrote both together. */
function valuesOf<Kind extends TemplateKind>(row: OutboxRow): MailValues[Kind] {
  return row.content.values as MailValues[Kind];
}
