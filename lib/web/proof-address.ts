import 'server-only';
import { proofAddress } from '../secrets/proof-token.ts';
import { portal } from './portal.ts';

/** The address that a device sends to, to prove control for this request. */
export function proofAddressOf(entry: { id: string; proofGeneration: number }): string {
  const { secrets, environment } = portal();
  return proofAddress(secrets, entry.id, entry.proofGeneration, environment.proofDomain);
}
