import type { Resolver } from '../adapters/resolver.ts';
import type { DomainOutcome } from '../domain/domain-recheck.ts';
import { challengeName, isChallengeValue } from '../secrets/domain-token.ts';
import type { Secrets } from '../secrets/keys.ts';

export type LookForChallenge = {
  resolver: Pick<Resolver, 'txt'>;
  secrets: Secrets;
  serverId: string;
  domain: string;
  /** A value that was ours when it was found before: it is still, whatever has become of the secret since. */
  before?: string | null;
};

/**
 * Asks for the record that lets a server send as a domain.
 * @returns the value that was found with `verified`, null with everything else
 */
export async function lookForChallenge(
  look: LookForChallenge,
): Promise<{ outcome: DomainOutcome; record: string | null }> {
  const { resolver, secrets, serverId, domain, before = null } = look;
  const lookup = await resolver.txt(challengeName(domain));
  if (lookup.outcome === 'temporary_error') return { outcome: 'temporary_error', record: null };
  if (lookup.outcome === 'none') return { outcome: 'no_record', record: null };
  const values = lookup.records.map((value) => value.trim().toLowerCase());
  const record = values.find(
    (value) => value === before || isChallengeValue(secrets, value, serverId, domain),
  );
  return record === undefined ? { outcome: 'other_value', record: null } : { outcome: 'verified', record };
}
