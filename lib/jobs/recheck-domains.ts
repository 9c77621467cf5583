import type { Database } from '../../db/client.ts';
import { dueDomains } from '../../db/queries/domains.ts';
import type { Resolver } from '../adapters/resolver.ts';
import { recheckDomain } from '../operations/recheck-domain.ts';
import type { Secrets } from '../secrets/keys.ts';

const MOST_DOMAINS = 500;
const AT_ONCE = 10;

export type RecheckContext = {
  database: Database;
  now: () => Date;
  resolver: Resolver;
  office: { secrets: Secrets };
  onFailure: (error: unknown, what: string) => void;
};

/** Looks for the records of sender domains that are due again. Returns how many were looked at. */
export async function recheckDomains(context: RecheckContext): Promise<number> {
  const { database, now, resolver, office, onFailure } = context;
  const due = await dueDomains(database, now(), MOST_DOMAINS);
  const looked = due.length;
  const look = async () => {
    for (let domainId = due.shift(); domainId !== undefined; domainId = due.shift()) {
      try {
        await recheckDomain({ database, domainId, resolver, secrets: office.secrets, now: now() });
      } catch (error) {
        onFailure(error, `looking for the record of sender domain ${domainId}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, look));
  return looked;
}
