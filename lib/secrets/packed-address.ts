import { formatAddress, parseAddress } from '../domain/ip.ts';

/** @returns an address as 4 or 16 octets in network order; none for no address and for text that is none */
export function packAddress(text: string | null): Buffer {
  const address = text === null ? undefined : parseAddress(text);
  if (address === undefined) return Buffer.alloc(0);
  const octets = address.family === 4 ? 4 : 16;
  return Buffer.from(address.value.toString(16).padStart(octets * 2, '0'), 'hex');
}

/** @returns canonical text, null for no octets */
export function unpackAddress(packed: Buffer): string | null {
  if (packed.length === 0) return null;
  return formatAddress({ family: packed.length === 4 ? 4 : 6, value: BigInt(`0x${packed.toString('hex')}`) });
}
