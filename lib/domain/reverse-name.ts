import type { Address } from './ip.ts';

/** The octets (IPv4) or nibbles (IPv6) of an address in reverse, as zones that list addresses name them: RFC 5782 section 2. */
export function reversedLabels(address: Address): string {
  if (address.family === 4) {
    return [0n, 8n, 16n, 24n].map((shift) => (address.value >> shift) & 255n).join('.');
  }
  return Array.from({ length: 32 }, (_, nibble) =>
    ((address.value >> BigInt(4 * nibble)) & 15n).toString(16),
  ).join('.');
}

/** The name under which an address has its PTR records: RFC 1035 section 3.5, RFC 3596 section 2.5. */
export function reverseName(address: Address): string {
  return `${reversedLabels(address)}.${address.family === 4 ? 'in-addr.arpa' : 'ip6.arpa'}`;
}
