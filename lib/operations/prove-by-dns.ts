import { and, eq, inArray, or } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { lostProof } from '../../db/queries/proof-candidates.ts';
import { entries } from '../../db/schema.ts';
import type { Resolver } from '../adapters/resolver.ts';
import { openStates } from '../domain/entry-lifecycle.ts';
import { evidenceTargets } from '../domain/evidence-targets.ts';
import { isHostName } from '../domain/host-name.ts';
import { type Address, formatAddress, parseAddress, sameAddress } from '../domain/ip.ts';
import { parseNetwork } from '../domain/network.ts';
import { reverseName } from '../domain/reverse-name.ts';
import type { Secrets } from '../secrets/keys.ts';
import { isProofToken } from '../secrets/proof-token.ts';
import { repeatableProofId } from './proof-id.ts';
import { recordProof } from './record-proof.ts';

/** Whoever can write this record holds the name of the address, and the name holds the address. */
const LABEL = '_postern';
const MOST_NAMES = 5;

export type ProveByDns = {
  database: Database;
  resolver: Resolver;
  secrets: Secrets;
  entryId: string;
  now: Date;
};

export type DnsProof =
  | { ok: true; addresses: string[] }
  /** `temporary_error`: name servers did not answer, so nothing is known; the others say what is missing. */
  | {
      ok: false;
      code: 'no_request' | 'no_confirmed_name' | 'no_record' | 'temporary_error';
      looked: string[];
    };

/**
 * Looks for control proofs in DNS: a TXT record with the token at exactly `_postern.` before the full PTR name of an
 * address, where that name leads back to the address. Each address that has one is proven.
 */
export async function proveByDns({
  database,
  resolver,
  secrets,
  entryId,
  now,
}: ProveByDns): Promise<DnsProof> {
  const [entry] = await database
    .select()
    .from(entries)
    .where(and(eq(entries.id, entryId), or(inArray(entries.status, [...openStates]), lostProof())));
  if (entry === undefined) return { ok: false, code: 'no_request', looked: [] };
  const network = parseNetwork(entry.network);
  if (!network.ok) throw new Error(`entry ${entryId} holds a network that is none: ${entry.network}`);
  const { addresses } = evidenceTargets(network.network, []);
  const looks = await Promise.all(
    addresses.map((address) =>
      lookAt(resolver, address, (text) => isProofToken(secrets, text, entry.id, entry.proofGeneration)),
    ),
  );
  const looked = [...new Set(looks.flatMap((look) => look.looked))];
  const proven: string[] = [];
  for (const look of looks.filter((one) => one.outcome === 'proven')) {
    const outcome = await recordProof(
      database,
      {
        id: repeatableProofId('dns', entry, look.address, now),
        entryId,
        method: 'dns',
        address: look.address,
        proofGeneration: entry.proofGeneration,
        ehlo: null,
        tls: null,
        mailFrom: null,
        node: null,
        seenAt: now,
      },
      now,
    );
    if (outcome === 'recorded' || outcome === 'known') proven.push(look.address);
  }
  if (proven.length > 0) return { ok: true, addresses: proven };
  for (const code of ['temporary_error', 'no_record'] as const) {
    if (looks.some((look) => look.outcome === code)) return { ok: false, code, looked };
  }
  return { ok: false, code: 'no_confirmed_name', looked };
}

type Look = {
  address: string;
  outcome: 'proven' | 'no_record' | 'no_confirmed_name' | 'temporary_error';
  /** The names that were asked for a record. */
  looked: string[];
};

async function lookAt(
  resolver: Resolver,
  address: Address,
  isToken: (text: string) => boolean,
): Promise<Look> {
  const look: Look = { address: formatAddress(address), outcome: 'no_confirmed_name', looked: [] };
  const found = await resolver.ptr(reverseName(address));
  if (found.outcome === 'temporary_error') return { ...look, outcome: 'temporary_error' };
  const names = found.outcome === 'found' ? found.records.map((name) => name.toLowerCase()) : [];
  for (const name of names.filter(isHostName).slice(0, MOST_NAMES)) {
    const forward = await (address.family === 4 ? resolver.a(name) : resolver.aaaa(name));
    if (forward.outcome === 'temporary_error') look.outcome = 'temporary_error';
    if (forward.outcome !== 'found' || !forward.records.some((text) => isAddress(text, address))) continue;
    const record = `${LABEL}.${name}`;
    look.looked.push(record);
    const texts = await resolver.txt(record);
    if (texts.outcome === 'found' && texts.records.some((text) => isToken(text.trim()))) {
      return { ...look, outcome: 'proven' };
    }
    look.outcome = texts.outcome === 'temporary_error' ? 'temporary_error' : 'no_record';
  }
  return look;
}

function isAddress(text: string, address: Address): boolean {
  const parsed = parseAddress(text);
  return parsed !== undefined && sameAddress(parsed, address);
}
