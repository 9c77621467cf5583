import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { people } from '../../db/schema.ts';
import type { Totp } from '../adapters/totp.ts';
import type { Secrets } from '../secrets/keys.ts';
import { openText, sealText } from '../secrets/sealed-text.ts';

/** The key that stays where a password is changed or taken away: one that is not confirmed was perhaps shown to a thief. */
export const confirmedSecret: SQL<string | null> =
  sql`case when ${people.totpConfirmedAt} is not null then ${people.totpSecret} end`;

export type BeginSecondFactor = { database: Database; personId: string; totp: Totp; secrets: Secrets };

/**
 * The key to put into an authenticator, until a first code confirms it: then it is shown to nobody again. Asked twice
 * it is the same key, so that a mistyped code does not turn the scanned picture into a wrong one.
 * @returns base32 text
 */
export async function beginSecondFactor(
  operation: BeginSecondFactor,
): Promise<{ ok: true; secret: string } | { ok: false; code: 'already_enrolled' | 'not_found' }> {
  const { database, personId, totp, secrets } = operation;
  const [person] = await database
    .select({ secret: people.totpSecret, confirmedAt: people.totpConfirmedAt })
    .from(people)
    .where(and(eq(people.id, personId), isNull(people.erasedAt)));
  if (person === undefined) return { ok: false, code: 'not_found' };
  if (person.confirmedAt !== null) return { ok: false, code: 'already_enrolled' };
  const pending = person.secret === null ? null : openText(secrets, 'totp', personId, person.secret);
  if (pending !== null && !pending.stale) return { ok: true, secret: pending.text };

  const secret = totp.newSecret();
  const [stored] = await database
    .update(people)
    .set({ totpSecret: sealText(secrets, 'totp', personId, secret) })
    .where(
      and(
        eq(people.id, personId),
        isNull(people.totpConfirmedAt),
        person.secret === null ? isNull(people.totpSecret) : eq(people.totpSecret, person.secret),
      ),
    )
    .returning({ id: people.id });
  // Another tab was first: its key is the one.
  return stored === undefined ? beginSecondFactor(operation) : { ok: true, secret };
}
