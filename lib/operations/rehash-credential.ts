import { createHash } from 'node:crypto';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { smtpCredentials } from '../../db/schema.ts';

export type RehashCredential = {
  credentialId: string;
  /** SHA-256 in hex of the hash that a node has just verified the password against. */
  replacesSha256: string;
  /** argon2id of the same password. */
  passwordHash: string;
};

/** In hex, of a password's hash as text. */
export function sha256(passwordHash: string): string {
  return createHash('sha256').update(passwordHash).digest('hex');
}

/**
 * Puts an argon2id in place of the older hash that a platform brought along. Which hash that was is remembered by its
 * SHA-256, so that a feed that brings it again changes nothing. A credential that was changed since the node looked
 * keeps what it has.
 * @returns whether it was replaced
 */
export async function rehashCredential(database: Database, change: RehashCredential): Promise<boolean> {
  const replaced = await database
    .update(smtpCredentials)
    .set({
      passwordHash: change.passwordHash,
      broughtSha256: sql`coalesce(${smtpCredentials.broughtSha256}, ${change.replacesSha256})`,
    })
    .where(
      and(
        eq(smtpCredentials.id, change.credentialId),
        isNull(smtpCredentials.endedAt),
        sql`encode(sha256(convert_to(${smtpCredentials.passwordHash}, 'UTF8')), 'hex') = ${change.replacesSha256}`,
      ),
    )
    .returning({ id: smtpCredentials.id });
  return replaced.length === 1;
}
