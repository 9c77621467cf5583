import { proofAddress } from '../secrets/proof-token.ts';
import { portal } from './portal.ts';

/** The mailbox to which a device sends in order to prove that its address is the entry's. */
export function proofAddressOf(entry: { id: string; proofGeneration: number }): string {
  const { secrets, environment } = portal();
  return proofAddress(secrets, entry.id, entry.proofGeneration, environment.proofDomain);
}
