/**
 * Crockford's base 32: no I, L, O or U, so that a reference can be read out over the telephone and
 * typed from a printer's log. Decoding takes lower case, hyphens, spaces, and O, I, L for 0, 1, 1.
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const values = new Map<string, number>([
  ...[...alphabet].map((character, value) => [character, value] as const),
  ['O', 0],
  ['I', 1],
  ['L', 1],
]);

export function encodeBase32(octets: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const octet of octets) {
    held = (held << 8) | octet;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + alphabet[(held << (5 - bits)) & 31];
}

/** @returns the octets, or null where the text is no base 32 or its unused bits are not zero */
export function decodeBase32(text: string): Buffer | null {
  const octets: number[] = [];
  let bits = 0;
  let held = 0;
  for (const character of text.toUpperCase()) {
    if (character === '-' || character === ' ') continue;
    const value = values.get(character);
    if (value === undefined) return null;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      octets.push((held >>> bits) & 255);
      held &= (1 << bits) - 1;
    }
  }
  return bits < 5 && held === 0 ? Buffer.from(octets) : null;
}
