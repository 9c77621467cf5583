// Reads address text straight into four 32-bit words, without making a string, an array or a bigint on the way:
// the SMTP nodes parse the peer of every connection with it, and everything else parses with it too, so that there
// is one opinion on what an address is. Strict on purpose: other parsers read `010.0.0.1` as 8.0.0.1 or as
// 10.0.0.1, and a list that decides who may relay cannot have two readings of one text.

/** What was read: an IPv4 address, an IPv6 address, or no address at all. */
export type ReadFamily = 4 | 6 | 0;

const dot = 0x2e;
const colon = 0x3a;
const zero = 0x30;
const slash = 0x2f;

/** What stands in the text of an IPv6 address besides hexadecimal digits. */
const seenColon = 64;
const seenDot = 65;
const seenOther = 255;

/**
 * What each ASCII code is in an IPv6 address, a digit by its value: which of them comes next is what no processor
 * guesses.
 */
const hexValues = new Uint8Array(128).fill(seenOther);
hexValues[colon] = seenColon;
hexValues[dot] = seenDot;
for (let value = 0; value < 16; value += 1) {
  const digit = value.toString(16);
  hexValues[digit.charCodeAt(0)] = value;
  hexValues[digit.toUpperCase().charCodeAt(0)] = value;
}

/** Where the groups of an IPv6 address are collected; nothing is kept in it from one call to the next. */
const groups = new Uint16Array(8);

/** A dotted quad as an unsigned 32-bit number, -1 where the text is none. Each octet without leading zeros. */
function readQuad(text: string, start: number, end: number): number {
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === dot) {
      if (octet < 0 || dots === 3) return -1;
      value = (value << 8) | octet;
      octet = -1;
      dots += 1;
      continue;
    }
    const digit = code - zero;
    // An octet that is 0 so far has its only digit.
    if (digit < 0 || digit > 9 || octet === 0) return -1;
    octet = octet < 0 ? digit : octet * 10 + digit;
    if (octet > 255) return -1;
  }
  return octet < 0 || dots !== 3 ? -1 : ((value << 8) | octet) >>> 0;
}

/** The value of a hexadecimal digit, `seenColon`, `seenDot`, or more for any other character and at the end. */
function seenAt(text: string, at: number, end: number): number {
  if (at >= end) return seenOther;
  const code = text.charCodeAt(at);
  return (hexValues[code & 0x7f] as number) | (code & 0xff80);
}

/** RFC 4291 section 2.2: eight groups of one to four digits, one `::`, the last two groups as a dotted quad. */
function readGroups(text: string, start: number, end: number, words: Uint32Array): boolean {
  words[0] = 0;
  words[1] = 0;
  words[2] = 0;
  words[3] = 0;
  let count = 0;
  let gap = -1;
  let at = start;
  if (text.charCodeAt(at) === colon) {
    if (at + 1 >= end || text.charCodeAt(at + 1) !== colon) return false;
    gap = 0;
    at += 2;
  }
  while (at < end) {
    if (count === 8) return false;
    const begin = at;
    let seen = seenAt(text, at, end);
    if (seen === seenColon) {
      // Right behind the colon of a group: `::` opens the gap.
      if (gap >= 0 || at === start) return false;
      gap = count;
      at += 1;
      continue;
    }
    if (seen > 15) return false;
    let value = seen;
    at += 1;
    // Three more digits at most, one by one: a loop would take a tenth more.
    seen = seenAt(text, at, end);
    if (seen < 16) {
      value = (value << 4) | seen;
      at += 1;
      seen = seenAt(text, at, end);
    }
    if (seen < 16) {
      value = (value << 4) | seen;
      at += 1;
      seen = seenAt(text, at, end);
    }
    if (seen < 16) {
      value = (value << 4) | seen;
      at += 1;
      seen = seenAt(text, at, end);
    }
    if (seen === seenDot) {
      const quad = count <= 6 ? readQuad(text, begin, end) : -1;
      if (quad < 0) return false;
      putGroup(words, count, gap, quad >>> 16);
      putGroup(words, count + 1, gap, quad & 0xffff);
      count += 2;
      break;
    }
    putGroup(words, count, gap, value);
    count += 1;
    if (at === end) break;
    // A colon, and nothing ends in a single one.
    if (seen !== seenColon || at + 1 === end) return false;
    at += 1;
  }
  if (gap < 0) return count === 8;
  // A gap stands for one group at least; those behind it belong at the end.
  if (count > 7) return false;
  for (let from = count - 1, to = 7; from >= gap; from -= 1, to -= 1)
    addGroup(words, to, groups[from] as number);
  return true;
}

/** Groups before the gap have their place, where those behind it belong is known only at the end. */
function putGroup(words: Uint32Array, position: number, gap: number, value: number): void {
  if (gap < 0) addGroup(words, position, value);
  else groups[position] = value;
}

function addGroup(words: Uint32Array, position: number, value: number): void {
  words[position >> 1] = (words[position >> 1] as number) | (value << ((~position & 1) << 4));
}

/**
 * Reads `text[start, end)` as one address: IPv4 into `words[0]`, IPv6 into `words[0..3]`, most significant first.
 * Dotted quad without leading zeros, or an RFC 4291 section 2.2 form without a zone. No spaces, no brackets.
 * @returns 4, 6, or 0 where the text is no address; `words` is then undefined in content.
 */
export function readAddress(text: string, start: number, end: number, words: Uint32Array): ReadFamily {
  // Where most addresses show what they are: behind three decimal or four hexadecimal digits. `::1.2.3.4` does not.
  if (end - start > 4) {
    if (text.charCodeAt(start + 3) === dot && readIpv4(text, start, end, words) === 4) return 4;
    if (text.charCodeAt(start + 4) === colon) return readGroups(text, start, end, words) ? 6 : 0;
  }
  // A dotted quad shows its first dot, an IPv6 address its first colon, within five characters.
  for (let at = start; at < end && at < start + 5; at += 1) {
    const code = text.charCodeAt(at);
    if (code === colon) return readGroups(text, start, end, words) ? 6 : 0;
    if (code === dot) return readIpv4(text, start, end, words);
  }
  return 0;
}

function readIpv4(text: string, start: number, end: number, words: Uint32Array): ReadFamily {
  const quad = readQuad(text, start, end);
  if (quad < 0) return 0;
  words[0] = quad;
  return 4;
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
