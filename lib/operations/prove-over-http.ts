import type { Database } from '../../db/client.ts';
import { openRequestsHolding } from '../../db/queries/proof-candidates.ts';
import { parseAddress } from '../domain/ip.ts';
import type { Secrets } from '../secrets/keys.ts';
import { isProofToken } from '../secrets/proof-token.ts';
import { repeatableProofId } from './proof-id.ts';
import { recordProof } from './record-proof.ts';
import { clientPrefix, takeAttempt, throttle } from './throttle.ts';

export type ProveOverHttp = {
  database: Database;
  secrets: Secrets;
  /** The ten digits at the end of the proof URL. */
  token: string;
  /** Canonical text of the client as our own HTTP server saw it; null where it did not. */
  address: string | null;
  /** The TLS of the connection, where the portal ends it itself. */
  tls: string | null;
  now: Date;
};

export type HttpProof =
  | { ok: true; address: string }
  /** No open request of this token holds the address. Says nothing about whether there is one elsewhere. */
  | { ok: false; code: 'not_here'; address: string | null }
  | { ok: false; code: 'too_many'; until: Date };

/** Takes a proof of control over HTTP: a request to the proof URL from the requested address itself. */
export async function proveOverHttp({
  database,
  secrets,
  token,
  address,
  tls,
  now,
}: ProveOverHttp): Promise<HttpProof> {
  if (address === null || parseAddress(address) === undefined)
    return { ok: false, code: 'not_here', address: null };
  const attempt = await takeAttempt(database, throttle('client', 'proof', clientPrefix(address)), now);
  if (!attempt.ok) return { ok: false, code: 'too_many', until: attempt.until };
  const requests = await openRequestsHolding(database, address);
  const entry = requests.find(({ id, proofGeneration }) => isProofToken(secrets, token, id, proofGeneration));
  if (entry === undefined) return { ok: false, code: 'not_here', address };
  const outcome = await recordProof(
    database,
    {
      id: repeatableProofId('http', entry, address, now),
      entryId: entry.id,
      method: 'http',
      address,
      proofGeneration: entry.proofGeneration,
      ehlo: null,
      tls,
      mailFrom: null,
      node: null,
      seenAt: now,
    },
    now,
  );
  return outcome === 'recorded' || outcome === 'known'
    ? { ok: true, address }
    : { ok: false, code: 'not_here', address };
}
