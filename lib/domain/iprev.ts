import type { PtrAddress } from './evidence.ts';

/**
 * RFC 8601 section 2.7.3. `pass`: a name of the address leads back to it; `fail`: it has names and none does;
 * `temperror`: it could not be found out now; `permerror`: the address has no name.
 */
export type IprevResult = 'pass' | 'fail' | 'temperror' | 'permerror';

export type Iprev = {
  readonly result: IprevResult;
  /** The names that lead back. Only these may be believed; whoever holds the reverse zone can write any other. */
  readonly confirmed: readonly string[];
};

/** Evaluates the forward-confirmed reverse DNS of one address from its lookups (RFC 8601 section 3). */
export function evaluateIprev(lookups: Pick<PtrAddress, 'outcome' | 'names'>): Iprev {
  const confirmed = lookups.names
    .filter((one) => one.valid && one.confirmed === 'yes')
    .map((one) => one.name);
  // One name that leads back is enough, whatever became of the others.
  if (confirmed.length > 0) return { result: 'pass', confirmed };
  const open = lookups.names.some((one) => one.valid && one.confirmed === 'unknown');
  if (lookups.outcome === 'temporary_error' || open) return { result: 'temperror', confirmed };
  return { result: lookups.names.length === 0 ? 'permerror' : 'fail', confirmed };
}
