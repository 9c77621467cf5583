import type { PtrFacts } from './evidence.ts';
import { evaluateIprev } from './iprev.ts';

/** A name of the addresses that leads back to its address: where a DNS proof can stand. Null for none. */
export function confirmedName(ptr: PtrFacts | null): string | null {
  return ptr?.addresses.flatMap((address) => evaluateIprev(address).confirmed)[0] ?? null;
}
