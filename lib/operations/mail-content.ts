import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { displayNetwork } from '../../db/queries/entry-facts.ts';
import { accounts, entries, entryStanding, people, servers } from '../../db/schema.ts';
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
  const [account] = await database
    .select({ slug: accounts.slug, name: accounts.name })
    .from(accounts)
    .where(eq(accounts.id, accountId));
  if (account === undefined) throw new Error(`no account ${accountId} to notify`);
  return account;
}

/** The entry as a mail names it, as it is within this transaction. Throws where there is none. */
export async function entryForMail(database: Database, entryId: string): Promise<EntryForMail> {
  const [found] = await database
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
    .where(eq(entries.id, entryId));
  if (found === undefined) throw new Error(`no entry ${entryId} to notify about`);
  const { entry, server, scope, requestedBy } = found;
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
