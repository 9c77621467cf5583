import { and, eq, gte, isNull, or } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { isUuid } from '../../db/queries/entries.ts';
import { entryAt } from '../../db/queries/entry-at.ts';
import { entries, senderDomains, servers } from '../../db/schema.ts';
import type { FeedbackReport } from '../domain/arf.ts';
import { addDays } from '../domain/days.ts';
import { verifyAttribution } from '../secrets/attribution.ts';
import type { Secrets } from '../secrets/keys.ts';

/** Whoever has had a message of somebody else's can put its signature into mail of their own. */
export type SignatureDoubt = 'signed_for_another_sender' | 'arrived_long_after_it_was_signed';

/** Longer than any queue keeps a message (RFC 5321 section 4.5.4.1), with some room. */
const LONGEST_WAY_DAYS = 7;

export type Mapped =
  | {
      by: 'attribution' | 'source_ip';
      serverId: string;
      /** Null: the message came by signing in, so no entry answers for it. */
      entryId: string | null;
      /** Of the mail transaction, where our own signature names it. */
      transaction: string | null;
      /** When the message was taken. */
      at: Date;
      /** Why what is signed is perhaps not what was complained of: a person looks. */
      doubt: SignatureDoubt | null;
    }
  /** Why nobody can tell, for support. */
  | { by: null; why: string };

/**
 * Which entry a report is about: by the signature that our node has put into the message, or else by address and time
 * where those leave no doubt. Never by anything less: a complaint about somebody else's mail must not close an address.
 */
export async function mapReport(
  database: Database,
  secrets: Secrets,
  report: FeedbackReport,
  now: Date,
): Promise<Mapped> {
  const verified = (report.original?.attributions ?? []).flatMap((value) => {
    const result = verifyAttribution(secrets, value);
    return result.ok ? [result.attribution] : [];
  });
  const [signed, another] = verified;
  // Ours is stripped from what comes in, so a message that went out through us has one. Two were put together by hand.
  if (signed !== undefined && another !== undefined) return { by: null, why: 'several_attributions' };
  if (signed !== undefined) return bySignature(database, signed, report);
  if (report.problems.length > 0) return { by: null, why: 'malformed' };
  const { source, arrivalDate } = report;
  if (source.state !== 'given' || source.address === null) return { by: null, why: `source_${source.state}` };
  if (arrivalDate === null) return { by: null, why: 'no_arrival_date' };
  const at = await entryAt(database, source.address, arrivalDate, now);
  if (!at.certain) return { by: null, why: at.why };
  return {
    by: 'source_ip',
    serverId: at.serverId,
    entryId: at.entryId,
    transaction: null,
    at: arrivalDate,
    doubt: null,
  };
}

async function bySignature(
  database: Database,
  signed: { server: string; entry: string | null; at: Date; transaction: string },
  report: FeedbackReport,
): Promise<Mapped> {
  const [server] = await database
    .select({ id: servers.id })
    .from(servers)
    .where(eq(servers.slug, signed.server));
  if (server === undefined) return { by: null, why: 'unknown_server' };
  const mapped = {
    by: 'attribution',
    serverId: server.id,
    transaction: signed.transaction,
    at: signed.at,
    doubt: await doubtAbout(database, server.id, signed.at, report),
  } as const;
  if (signed.entry === null) return { ...mapped, entryId: null };
  const [entry] = isUuid(signed.entry)
    ? await database
        .select({ id: entries.id })
        .from(entries)
        .where(and(eq(entries.id, signed.entry), eq(entries.serverId, server.id)))
    : [];
  return entry === undefined ? { by: null, why: 'unknown_entry' } : { ...mapped, entryId: entry.id };
}

/** A node takes only one From in scope, and lets nothing lie. What a reporter has left out says nothing. */
async function doubtAbout(
  database: Database,
  serverId: string,
  at: Date,
  { original, arrivalDate }: FeedbackReport,
): Promise<SignatureDoubt | null> {
  if (arrivalDate !== null && arrivalDate > addDays(at, LONGEST_WAY_DAYS)) {
    return 'arrived_long_after_it_was_signed';
  }
  if (original === null || original.from === null) return null;
  const sentAs = await database.$count(
    senderDomains,
    and(
      eq(senderDomains.serverId, serverId),
      eq(senderDomains.domain, original.fromDomain ?? ''),
      or(isNull(senderDomains.endedAt), gte(senderDomains.endedAt, at)),
    ),
  );
  return sentAs > 0 ? null : 'signed_for_another_sender';
}
