import type { Database } from '../../db/client.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { unprovenIds } from '../../db/queries/proof-candidates.ts';
import type { Resolver } from '../adapters/resolver.ts';
import { addDays } from '../domain/days.ts';
import { proveByDns } from '../operations/prove-by-dns.ts';
import type { Secrets } from '../secrets/keys.ts';

const MOST_REQUESTS = 1000;
const AT_ONCE = 10;

export type DnsProofContext = {
  database: Database;
  now: () => Date;
  resolver: Resolver;
  office: { secrets: Secrets };
  onFailure: (error: unknown, what: string) => void;
};

/** Looks whether the records of requests that still wait for a proof are there by now. Returns how many were proven. */
export async function lookForDnsProofs(context: DnsProofContext): Promise<number> {
  const { database, now, resolver, office, onFailure } = context;
  const policy = await currentPolicy(database);
  const waiting = await unprovenIds(database, addDays(now(), -policy.awaitDays), MOST_REQUESTS);
  let proven = 0;
  const look = async () => {
    for (let entryId = waiting.shift(); entryId !== undefined; entryId = waiting.shift()) {
      try {
        const proof = await proveByDns({ database, resolver, secrets: office.secrets, entryId, now: now() });
        if (proof.ok) proven += 1;
      } catch (error) {
        onFailure(error, `looking for a DNS proof of ${entryId}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, look));
  return proven;
}
