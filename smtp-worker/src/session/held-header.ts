import { dotLineOctets } from './scan-body.ts';

/** The header section is held back until it has been judged. */
export type HeldHeader = { octets: Buffer | null; length: number };

export const longestHeader = 256 * 1024;

const firstRoom = 8 * 1024;
const emptyLine = Buffer.from('\r\n\r\n');
const dotAtStart = Buffer.from('\r\n.');

export function newHeldHeader(): HeldHeader {
  return { octets: null, length: 0 };
}

export type WholeHeader = { readonly header: Buffer; readonly rest: Buffer };
export type FoundHeader = 'more' | 'too_large' | WholeHeader;

/**
 * Takes judged octets of a message until its header section is whole.
 * @param ended the octets end with the dot line: a header section that nothing follows ends there
 * @returns the section without its empty line, and everything behind it
 */
export function holdHeader(held: HeldHeader, octets: Buffer, ended: boolean): FoundHeader {
  // Nearly always the first chunk holds all of it, and nothing is copied.
  const before = held.length;
  const all = before === 0 ? octets : append(held, octets);
  const end = endOfHeader(all, Math.max(0, before - emptyLine.length), ended);
  if (end > longestHeader) return 'too_large';
  if (end >= 0) return { header: all.subarray(0, end), rest: all.subarray(end) };
  if (all.length > longestHeader) return 'too_large';
  if (before === 0) append(held, octets);
  return 'more';
}

/** Dots that SMTP has added to a header section (RFC 5321 4.5.2). */
export function stuffedDotsOf(header: Buffer): number {
  let dots = header[0] === 0x2e ? 1 : 0;
  for (let at = header.indexOf(dotAtStart); at >= 0; at = header.indexOf(dotAtStart, at + 1)) dots += 1;
  return dots;
}

function endOfHeader(octets: Buffer, from: number, ended: boolean): number {
  if (octets[0] === 0x0d) return 0;
  const found = octets.indexOf(emptyLine, from);
  if (found >= 0) return found + 2;
  return ended ? octets.length - dotLineOctets : -1;
}

/** Room doubles, so a header that trickles in costs no more than one that comes at once. */
function append(held: HeldHeader, octets: Buffer): Buffer {
  const length = held.length + octets.length;
  // Judged chunks are at most what one read gives, so this is bounded as well.
  if (held.octets === null || held.octets.length < length) {
    const room = Math.max(firstRoom, 2 ** Math.ceil(Math.log2(length)));
    const bigger = Buffer.allocUnsafe(room);
    held.octets?.copy(bigger, 0, 0, held.length);
    held.octets = bigger;
  }
  octets.copy(held.octets, held.length);
  held.length = length;
  return held.octets.subarray(0, length);
}
