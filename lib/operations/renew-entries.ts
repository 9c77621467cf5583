import type { Database } from '../../db/client.ts';
import { renewEntry } from './renew-entry.ts';
import { type Actor, type Refusal, type Result, refuse } from './result.ts';

export type Renewal = {
  id: string;
  /** `YYYY-MM-DD`: the new end of the lease. Left out, the known one stays. */
  leaseEnd?: string | null;
};

export type RenewEntries = { database: Database; actor: Actor; renewals: readonly Renewal[]; now: Date };

export type RenewedEntries = { renewed: string[]; refused: { id: string; refusal: Refusal }[] };

/**
 * An owner attests many entries at once. Each is renewed for itself: one that cannot be does not hold back the others.
 * Refused as a whole only where nothing was named (`invalid`, reason `empty`).
 */
export async function renewEntries({
  database,
  actor,
  renewals,
  now,
}: RenewEntries): Promise<Result<RenewedEntries>> {
  if (actor.viewer === null) return refuse.notFound();
  if (renewals.length === 0) return { ok: false, code: 'invalid', field: 'id', reason: 'empty' };
  const outcome: RenewedEntries = { renewed: [], refused: [] };
  for (const { id, leaseEnd } of renewals) {
    const result = await renewEntry({
      database,
      actor,
      id,
      now,
      ...(leaseEnd === undefined ? {} : { leaseEnd }),
    });
    if (result.ok) outcome.renewed.push(id);
    else outcome.refused.push({ id, refusal: result });
  }
  return { ok: true, ...outcome };
}
