import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { displayNetwork } from '../../db/queries/entry-facts.ts';
import { accounts, entries, entryStanding, people, servers } from '../../db/schema.ts';
import type { EffectiveScope } from '../domain/entry-scope.ts';
import type { MailAccount, MailSubjectEntry } from '../domain/mail-values.ts';
import { parseNetwork, usableCount } from '../domain/network.ts';
import { provingAddressesNeeded } from '../domain/requirements.ts';

export type EntryForMail = {
  mail: MailSubjectEntry;
  revision: number;
  /** Who asked for it and who stands for it. */
  concerned: string[];
};

/** The account as a mail names it. Throws where there is none: what notifies has just read or written it. */
export async function accountForMail(database: Database, accountId: string): Promise<MailAccount> {
  return known(await accountsForMail(database, [accountId]), accountId);
}

/** The same of several, by id. */
export async function accountsForMail(
  database: Database,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, MailAccount>> {
  const rows = await database
    .select({ id: accounts.id, slug: accounts.slug, name: accounts.name })
    .from(accounts)
    .where(inArray(accounts.id, [...accountIds]));
  return new Map(rows.map(({ id, ...account }) => [id, account]));
}

/** The entry as a mail names it, as it is within this transaction. Throws where there is none. */
export async function entryForMail(database: Database, entryId: string): Promise<EntryForMail> {
  return known(await entriesForMail(database, [entryId]), entryId);
}

/** What was found under an id; what notifies has just read or written it, so that nothing is missing. */
export function known<Value>(found: ReadonlyMap<string, Value>, id: string): Value {
  const value = found.get(id);
  if (value === undefined) throw new Error(`nothing has the id ${id} to notify about`);
  return value;
}

/** The same of several, by id. */
export async function entriesForMail(
  database: Database,
  entryIds: readonly string[],
): Promise<ReadonlyMap<string, EntryForMail>> {
  if (entryIds.length === 0) return new Map();
  const rows = await database
    .select({
      entry: entries,
      server: servers.slug,
      scope: entryStanding.scope,
      // A member of staff is nobody's name for a customer.
      requestedBy: sql<
        string | null
      >`case when not ${entries.requestedByStaff} then coalesce(${people.name}, ${people.email}) end`,
    })
    .from(entries)
    .innerJoin(servers, eq(servers.id, entries.serverId))
    .innerJoin(entryStanding, eq(entryStanding.entryId, entries.id))
    .leftJoin(people, eq(people.id, entries.requestedBy))
    // Said of the standing as well: PostgreSQL would make that of everything first.
    .where(and(inArray(entries.id, [...entryIds]), inArray(entryStanding.entryId, [...entryIds])));
  return new Map(rows.map((row) => [row.entry.id, forMail(row)]));
}

type FoundEntry = {
  entry: typeof entries.$inferSelect;
  server: string;
  scope: EffectiveScope;
  requestedBy: string | null;
};

function forMail({ entry, server, scope, requestedBy }: FoundEntry): EntryForMail {
  return {
    mail: {
      id: entry.id,
      network: displayNetwork(entry.network),
      label: entry.label,
      server,
      proofGeneration: entry.proofGeneration,
      addressesNeeded: addressesNeeded(entry.network),
      senderDomains: scope.sender_domains,
      requestedBy,
    },
    revision: entry.revision,
    concerned: [...new Set([entry.requestedBy, entry.sponsorId])].filter((id) => id !== null),
  };
}

function addressesNeeded(cidr: string): number {
  const parsed = parseNetwork(cidr);
  if (!parsed.ok) throw new Error(`the database holds a network that is none: ${cidr}`);
  const usable = usableCount(parsed.network);
  return provingAddressesNeeded(parsed.network, usable > 2n ? 2 : Number(usable));
}
