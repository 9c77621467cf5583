import 'server-only';
import { findCode } from '../secrets/find-code.ts';
import { proofAddress, proofToken } from '../secrets/proof-token.ts';
import { paths } from './paths.ts';
import { portal } from './portal.ts';

type Proven = { id: string; proofGeneration: number };

/** The address that a device sends to, to prove control for this request. */
export function proofAddressOf(entry: Proven): string {
  const { secrets, environment } = portal();
  return proofAddress(secrets, entry.id, entry.proofGeneration, environment.proofDomain);
}

/** The digits alone: what a TXT record says. */
export function proofTokenOf(entry: Proven): string {
  return proofToken(portal().secrets, entry.id, entry.proofGeneration);
}

/** The page that proves whoever presses its button. */
export function proofUrlOf(entry: Proven): string {
  return `${portal().environment.portalUrl}${paths.proof(proofTokenOf(entry))}`;
}

/** The address that shows from where something comes: of a server, for a quarter of an hour. */
export function findAddressOf(serverId: string, now: Date): string {
  const { secrets, environment } = portal();
  return `${findCode(secrets, serverId, now).code}@${environment.proofDomain}`;
}
