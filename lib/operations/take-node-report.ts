import { and, eq, gt, isNull, lte, or, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import { foundAddresses, nodeReports, nodes, sightings } from '../../db/schema.ts';
import { parseAddress } from '../domain/ip.ts';
import type { Secrets } from '../secrets/keys.ts';
import { isSignedRehash } from '../secrets/rehash-signature.ts';
import { lockForJudging } from './judge-entry.ts';
import { recordProof } from './record-proof.ts';
import { rehashCredential } from './rehash-credential.ts';
import { takeCounters } from './take-counters.ts';
import { takeSenders } from './take-senders.ts';
import { entryOfSpam, takeSpamSeen } from './take-spam-seen.ts';
import { withdrawProof } from './withdraw-proof.ts';

const proofSeen = z.object({
  entry_id: z.uuid(),
  address: z.string(),
  method: z.enum(['sending', 'sign_in']),
  proof_generation: z.number().int(),
  ehlo: z.string().nullish(),
  tls: z.string().nullish(),
  mail_from: z.string().nullish(),
  at: z.coerce.date(),
});
const proofWithdrawn = z.object({ entry_id: z.uuid(), report_id: z.uuid(), cause: z.string() });
const sighting = z.object({
  server_id: z.uuid(),
  address: z.string(),
  day: z.iso.date(),
  count: z.number().int().positive(),
});
const addressFound = z.object({
  server_id: z.uuid(),
  address: z.string().refine((text) => parseAddress(text) !== undefined, 'is not an address'),
  ehlo: z.string().nullish(),
  tls: z.string().nullish(),
  at: z.coerce.date(),
});
const enforced = z.object({
  revision: z.number().int(),
  generation: z.uuid(),
  /** when it was told, which is again and again */
  at: z.coerce.date(),
  enforced_at: z.coerce.date().nullish(),
  lag_ms: z.number().nullish(),
  started_at: z.coerce.date().nullish(),
  entries: z.number().int().nullish(),
  hash: z.string().nullish(),
  region: z.string().nullish(),
  held_back: z.number().int().nullish(),
  held_back_entries: z.array(z.uuid()).nullish(),
});
const credentialRehashed = z.object({
  credential_id: z.uuid(),
  replaces_sha256: z.string(),
  password_hash: z.string().startsWith('$argon2id$'),
  signature: z.string().default(''),
});

const batches: ReadonlySet<string> = new Set(['counters', 'senders']);

export type NodeReport = typeof nodeReports.$inferSelect;

/**
 * Turns one report of a node into what it means. A report that cannot be read is kept with the reason for a person;
 * taking a report twice is harmless.
 */
export async function takeNodeReport(
  database: Database,
  report: NodeReport,
  now: Date,
  secrets: Secrets,
): Promise<void> {
  // One transaction: a report that is taken half is taken again, and never counted twice.
  await database.transaction(async (transaction) => {
    const entryId = judgedEntry(report);
    if (entryId !== null) await lockForJudging(transaction, entryId);
    // Whoever marks it takes it: another process that has read the same row finds it taken.
    const [mine] = await transaction
      .update(nodeReports)
      .set({ processedAt: now })
      .where(and(eq(nodeReports.id, report.id), isNull(nodeReports.processedAt)))
      .returning({ id: nodeReports.id });
    if (mine === undefined) return;
    const failure = await apply(transaction, report, now, secrets);
    if (failure === null && !batches.has(report.kind)) return;
    // A batch is large, and once it is counted nothing but its id is needed.
    const rest = failure === null ? { payload: {} } : { failure };
    await transaction.update(nodeReports).set(rest).where(eq(nodeReports.id, report.id));
  });
}

/** The entry that a report of this kind may take out of force: its locks come before anything is written. */
function judgedEntry({ kind, payload }: NodeReport): string | null {
  if (kind === 'spam_seen') return entryOfSpam(payload);
  return kind === 'proof_withdrawn' ? (proofWithdrawn.safeParse(payload).data?.entry_id ?? null) : null;
}

async function apply(
  database: Database,
  report: NodeReport,
  now: Date,
  secrets: Secrets,
): Promise<string | null> {
  switch (report.kind) {
    case 'proof_seen': {
      const parsed = proofSeen.safeParse(report.payload);
      if (!parsed.success) return z.prettifyError(parsed.error);
      const seen = parsed.data;
      const outcome = await recordProof(
        database,
        {
          id: report.id,
          entryId: seen.entry_id,
          method: seen.method,
          address: seen.address,
          proofGeneration: seen.proof_generation,
          ehlo: seen.ehlo ?? null,
          tls: seen.tls ?? null,
          mailFrom: seen.mail_from ?? null,
          node: report.node,
          seenAt: seen.at,
        },
        now,
      );
      return outcome === 'recorded' || outcome === 'known' ? null : outcome;
    }
    case 'proof_withdrawn': {
      const parsed = proofWithdrawn.safeParse(report.payload);
      if (!parsed.success) return z.prettifyError(parsed.error);
      const { entry_id, report_id, cause } = parsed.data;
      await withdrawProof(database, { entryId: entry_id, reportId: report_id, cause }, now);
      return null;
    }
    case 'sighting': {
      const parsed = sighting.safeParse(report.payload);
      if (!parsed.success) return z.prettifyError(parsed.error);
      const { server_id, address, day, count } = parsed.data;
      await database
        .insert(sightings)
        .values({ serverId: server_id, address, day, signIns: count })
        .onConflictDoUpdate({
          target: [sightings.address, sightings.serverId, sightings.day],
          set: { signIns: sql`${sightings.signIns} + ${count}` },
        });
      return null;
    }
    case 'address_found': {
      const parsed = addressFound.safeParse(report.payload);
      if (!parsed.success) return z.prettifyError(parsed.error);
      const { server_id, address, ehlo, tls, at } = parsed.data;
      await database
        .insert(foundAddresses)
        .values({
          id: report.id,
          serverId: server_id,
          address,
          ehlo: ehlo ?? null,
          tls: tls ?? null,
          node: report.node,
          seenAt: at,
        })
        .onConflictDoNothing();
      return null;
    }
    case 'counters':
      return takeCounters(database, report.payload, now);
    case 'senders':
      return takeSenders(database, report.payload, now);
    case 'spam_seen':
      return takeSpamSeen(database, report.payload, now);
    case 'enforced': {
      const parsed = enforced.safeParse(report.payload);
      if (!parsed.success) return z.prettifyError(parsed.error);
      await noteEnforced(database, report, parsed.data, now);
      return null;
    }
    case 'credential_rehashed': {
      const parsed = credentialRehashed.safeParse(report.payload);
      if (!parsed.success) return z.prettifyError(parsed.error);
      const { signature, ...rehash } = parsed.data;
      if (!isSignedRehash(secrets, rehash, signature)) return 'not signed by a node';
      const { credential_id, replaces_sha256, password_hash } = rehash;
      await rehashCredential(database, {
        credentialId: credential_id,
        replacesSha256: replaces_sha256,
        passwordHash: password_hash,
      });
      return null;
    }
    default:
      return `unknown kind ${report.kind}`;
  }
}

async function noteEnforced(
  database: Database,
  { node: name, createdAt }: NodeReport,
  seen: z.infer<typeof enforced>,
  now: Date,
): Promise<void> {
  // By a clock that is ahead it would be the newest for as long, also once that clock is right again.
  const lastSeenAt = seen.at < createdAt ? seen.at : createdAt;
  const values = {
    region: seen.region ?? null,
    generation: seen.generation,
    revision: seen.revision,
    entries: seen.entries ?? null,
    hash: seen.hash ?? null,
    startedAt: seen.started_at ?? null,
    enforcedAt: seen.enforced_at ?? seen.at,
    lagMs: seen.lag_ms ?? null,
    lastSeenAt,
    heldBack: seen.held_back_entries ?? [],
    heldBackCount: seen.held_back ?? 0,
  };
  await database
    .insert(nodes)
    .values({ name, ...values })
    .onConflictDoUpdate({
      target: nodes.name,
      set: { ...values, retiredAt: null },
      // Reports may be taken out of order: an older one changes nothing, unless the other is of a time still to come.
      setWhere: or(lte(nodes.lastSeenAt, lastSeenAt), gt(nodes.lastSeenAt, now)),
    });
}
