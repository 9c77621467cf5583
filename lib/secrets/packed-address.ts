import { isIPv4, isIPv6 } from 'node:net';

/**
 * An address as 4 or 16 octets. Only for text that has already been normalised (no zone, no mapped
 * IPv4): what is not an address packs to nothing.
 */
export function packAddress(address: string | null): Buffer {
  if (address === null) return Buffer.alloc(0);
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  if (!isIPv6(address) || address.includes('%')) return Buffer.alloc(0);
  const [head = '', tail] = withoutDottedTail(address).split('::');
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const first = groups(head);
  const last = groups(tail);
  const middle = tail === undefined ? 0 : 8 - first.length - last.length;
  const all = [...first, ...new Array<string>(middle).fill('0'), ...last];
  const packed = Buffer.alloc(16);
  all.forEach((group, index) => {
    packed.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  });
  return packed;
}

function withoutDottedTail(address: string): string {
  const start = address.lastIndexOf(':') + 1;
  if (!address.includes('.', start)) return address;
  const [a = 0, b = 0, c = 0, d = 0] = address.slice(start).split('.').map(Number);
  return `${address.slice(0, start)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** @returns the address as text (IPv6 by RFC 5952), null for no octets */
export function unpackAddress(packed: Uint8Array): string | null {
  if (packed.length === 4) return packed.join('.');
  if (packed.length !== 16) return null;
  const groups: string[] = [];
  for (let index = 0; index < 16; index += 2) {
    groups.push((((packed[index] ?? 0) << 8) | (packed[index + 1] ?? 0)).toString(16));
  }
  return compress(groups);
}

/** RFC 5952 4.2: the longest run of two or more zero groups, the first of equals. */
function compress(groups: readonly string[]): string {
  let start = -1;
  let length = 1;
  for (let index = 0; index < groups.length; index++) {
    let run = 0;
    while (groups[index + run] === '0') run++;
    if (run > length) {
      start = index;
      length = run;
    }
  }
  if (start < 0) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}
