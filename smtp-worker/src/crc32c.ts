// CRC-32C (Castagnoli), RFC 3309 and RFC 9260 appendix A: what zlib has is another polynomial.

const polynomial = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, octet) => {
  let value = octet;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
  return value;
});

/** @returns an unsigned 32-bit number */
export function crc32c(octets: Uint8Array): number {
  let value = 0xffffffff;
  for (const octet of octets) value = (table[(value ^ octet) & 255] as number) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
