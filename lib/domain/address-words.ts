// Reads address text straight into four 32-bit words, without making a string, an array or a bigint on the way:
// the SMTP nodes parse the peer of every connection with it, and everything else parses with it too, so that there
// is one opinion on what an address is. Strict on purpose: other parsers read `010.0.0.1` as 8.0.0.1 or as
// 10.0.0.1, and a list that decides who may relay cannot have two readings of one text.

/** What was read: an IPv4 address, an IPv6 address, or no address at all. */
export type ReadFamily = 4 | 6 | 0;

const dot = 0x2e;
const colon = 0x3a;
const zero = 0x30;
const nine = 0x39;
const slash = 0x2f;

/** The value of one hexadecimal digit, -1 for any other character. */
function hexValue(code: number): number {
  if (code >= zero && code <= nine) return code - zero;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** A dotted quad as an unsigned 32-bit number, -1 where the text is none. Each octet without leading zeros. */
function readQuad(text: string, start: number, end: number): number {
  let value = 0;
  let octets = 0;
  let at = start;
  while (octets < 4) {
    if (at >= end) return -1;
    let octet = text.charCodeAt(at) - zero;
    if (octet < 0 || octet > 9) return -1;
    const first = octet;
    at += 1;
    for (let digits = 1; at < end; at += 1, digits += 1) {
      const digit = text.charCodeAt(at) - zero;
      if (digit < 0 || digit > 9) break;
      if (first === 0 || digits === 3) return -1;
      octet = octet * 10 + digit;
    }
    if (octet > 255) return -1;
    value = value * 256 + octet;
    octets += 1;
    if (octets === 4) break;
    if (at >= end || text.charCodeAt(at) !== dot) return -1;
    at += 1;
  }
  return at === end ? value : -1;
}

function group(words: Uint32Array, position: number): number {
  const word = words[position >> 1] as number;
  return (position & 1) === 0 ? word >>> 16 : word & 0xffff;
}

function setGroup(words: Uint32Array, position: number, value: number): void {
  const word = words[position >> 1] as number;
  words[position >> 1] = (position & 1) === 0 ? (word & 0xffff) | (value << 16) : (word & 0xffff0000) | value;
}

/** RFC 4291 section 2.2: eight groups of one to four digits, one `::`, the last two groups as a dotted quad. */
function readGroups(text: string, start: number, end: number, words: Uint32Array): boolean {
  words.fill(0);
  let count = 0;
  let gap = -1;
  let at = start;
  if (at < end && text.charCodeAt(at) === colon) {
    if (at + 1 >= end || text.charCodeAt(at + 1) !== colon) return false;
    gap = 0;
    at += 2;
  }
  while (at < end) {
    if (count === 8) return false;
    const begin = at;
    let value = 0;
    for (; at < end; at += 1) {
      const digit = hexValue(text.charCodeAt(at));
      if (digit < 0) break;
      if (at - begin === 4) return false;
      value = value * 16 + digit;
    }
    if (at === begin) return false;
    if (at < end && text.charCodeAt(at) === dot) {
      const quad = count <= 6 ? readQuad(text, begin, end) : -1;
      if (quad < 0) return false;
      setGroup(words, count, Math.floor(quad / 65536));
      setGroup(words, count + 1, quad & 0xffff);
      count += 2;
      break;
    }
    setGroup(words, count, value);
    count += 1;
    if (at === end) break;
    if (text.charCodeAt(at) !== colon) return false;
    at += 1;
    if (at === end) return false;
    if (text.charCodeAt(at) === colon) {
      if (gap >= 0) return false;
      gap = count;
      at += 1;
    }
  }
  if (gap < 0) return count === 8;
  if (count === 8) return false;
  // The groups behind `::` were written directly after those before it: move them to the end.
  const shift = 8 - count;
  for (let position = count - 1; position >= gap; position -= 1) {
    const value = group(words, position);
    setGroup(words, position, 0);
    setGroup(words, position + shift, value);
  }
  return true;
}

/**
 * Reads `text[start, end)` as one address: IPv4 into `words[0]`, IPv6 into `words[0..3]`, most significant first.
 * Dotted quad without leading zeros, or an RFC 4291 section 2.2 form without a zone. No spaces, no brackets.
 * @returns 4, 6, or 0 where the text is no address; `words` is then undefined in content.
 */
export function readAddress(text: string, start: number, end: number, words: Uint32Array): ReadFamily {
  // A dotted quad shows its dot within four characters; an IPv6 text can only have one behind a colon.
  for (let at = start; at < end && at < start + 5; at += 1) {
    const code = text.charCodeAt(at);
    if (code === colon) return readGroups(text, start, end, words) ? 6 : 0;
    if (code === dot) {
      const quad = readQuad(text, start, end);
      if (quad < 0) return 0;
      words[0] = quad;
      return 4;
    }
  }
  return 0;
}

/** Where the prefix length begins in `text[start, end)`: behind the only slash that could stand there, or -1. */
export function prefixStart(text: string, start: number, end: number): number {
  for (let at = end - 1; at >= start && at >= end - 4; at -= 1) {
    if (text.charCodeAt(at) === slash) return at + 1;
  }
  return -1;
}

/** A prefix length in decimal without sign or leading zero, from 0 to `widest` bits; -1 for anything else. */
export function readPrefix(text: string, start: number, end: number, widest: number): number {
  const length = end - start;
  if (length < 1 || length > 3) return -1;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - zero;
    if (digit < 0 || digit > 9) return -1;
    if (digit === 0 && at === start && length > 1) return -1;
    value = value * 10 + digit;
  }
  return value <= widest ? value : -1;
}

/** Whether the IPv6 words are an IPv4-mapped address (RFC 4291 section 2.5.5.2), whose IPv4 stands in `words[3]`. */
export function isMapped(words: Uint32Array): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
}
