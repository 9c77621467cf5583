import { type EntryState, isLive } from './entry-lifecycle.ts';

/**
 * Whether a live entry rests on no proof since one was taken back: it takes a proof again until it is proven anew.
 * @param proofs those of the token that it has now
 */
export function lostItsProof(
  entry: { status: EntryState; provenAt: Date | null },
  proofs: readonly { withdrawnAt: Date | null }[],
): boolean {
  return (
    isLive(entry.status) && entry.provenAt === null && proofs.some((proof) => proof.withdrawnAt !== null)
  );
}
