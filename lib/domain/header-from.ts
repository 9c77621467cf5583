import { normaliseDomain, type ToAscii } from './smtp-path.ts';

/** What stands between the brackets of one mailbox in a From field; `domain` as in `Mailbox` of an envelope. */
export type FromMailbox = { readonly localPart: string; readonly domain: string };

export type FromField =
  | { readonly ok: true; readonly mailboxes: readonly FromMailbox[] }
  | { readonly ok: false; readonly code: FromProblem };

export type FromProblem = 'empty' | 'control_character' | 'syntax' | 'address' | 'too_deep' | 'too_many';

const deepestComment = 16;
const mostMailboxes = 100;

// RFC 5322 3.2.3; beyond ASCII by RFC 6532 3.2, here one character an octet.
const atomText = /[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u00ff-]/;
const dotAtom = /[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u00ff.-]+/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const controlCharacter = /[\u0000-\u0008\u000b-\u001f\u007f]/;

type Reader = {
  readonly text: string;
  at: number;
  /** A quoted string or a comment is folded: for some readers (Python's `email.utils`) they end with the line. */
  torn: boolean;
  readonly toAscii: ToAscii;
  readonly found: FromMailbox[];
};

/** Each reading function moves `at` behind what it read, or says what is wrong. */
type Problem = FromProblem | null;

/**
 * Reads the value of a From field: `mailbox-list` of RFC 5322 3.4, and groups by RFC 6854. Stricter than the RFC where
 * readers disagree on who wrote the message: no routes, no empty list elements, no comment inside an address, no
 * `@` in a display name outside quotes, nothing that makes it unsure where quotes and comments end. Encoded words (RFC
 * 2047) are atoms and are not decoded: in a display name they may say anything, in an address they may not stand.
 * @param value one character an octet, with LF where it is folded
 * @returns every mailbox, of groups too; at least one
 */
export function readFromField(value: string, toAscii: ToAscii): FromField {
  if (controlCharacter.test(value)) return { ok: false, code: 'control_character' };
  const reader: Reader = { text: value, at: 0, torn: false, toAscii, found: [] };
  const problem = skipSpaceAndComments(reader) ?? (atEnd(reader) ? 'empty' : readList(reader, true));
  if (problem !== null) return { ok: false, code: problem };
  if (!atEnd(reader)) return { ok: false, code: 'syntax' };
  const { found } = reader;
  const hides = reader.torn && value.split('@').length - 1 > found.length;
  if (hides || (value.includes('=?') && cutsWord(value))) return { ok: false, code: 'syntax' };
  return found.length === 0 ? { ok: false, code: 'empty' } : { ok: true, mailboxes: found };
}

/**
 * Whether a quoted string or a comment may begin or end within an encoded word. Whoever reads such words first (Python's
 * `email.policy`) finds those elsewhere, and an address in what they were to hide.
 */
function cutsWord(value: string): boolean {
  for (const [, inside = ''] of value.matchAll(/(?==\?([^?]*\?[^?]*\?[^?]*)\?=)/g)) {
    if (/["\\]/.test(inside) || inside.split('(').length !== inside.split(')').length) return true;
  }
  return false;
}

function readList(reader: Reader, groupsToo: boolean): Problem {
  for (;;) {
    const problem = readAddress(reader, groupsToo) ?? skipSpaceAndComments(reader);
    if (problem !== null || peek(reader) !== ',') return problem;
    reader.at += 1;
    const inside = skipSpaceAndComments(reader);
    if (inside !== null) return inside;
  }
}

/** `addr-spec`, `[display-name] <addr-spec>` or `display-name: [mailbox-list];`. */
function readAddress(reader: Reader, groupToo: boolean): Problem {
  const start = reader.at;
  const words = readPhrase(reader);
  if (typeof words === 'string') return words;
  const next = peek(reader);
  if (next === '<') return readAngle(reader);
  if (next === '@') {
    // Exactly one dot-atom or quoted string, and nothing between it and the at sign.
    if (words !== 1 || /[ \t\n)]/.test(reader.text[reader.at - 1] ?? '')) return 'syntax';
    return readDomain(reader, reader.text.slice(start, reader.at));
  }
  return next === ':' && words > 0 && groupToo ? readGroup(reader) : 'syntax';
}

function readGroup(reader: Reader): Problem {
  reader.at += 1;
  const problem = skipSpaceAndComments(reader) ?? (peek(reader) === ';' ? null : readList(reader, false));
  return problem ?? skipOver(reader, ';');
}

function readAngle(reader: Reader): Problem {
  reader.at += 1;
  const before = skipSpaceAndComments(reader);
  if (before !== null) return before;
  const start = reader.at;
  const local = peek(reader) === '"' ? readQuoted(reader) : readDotAtom(reader);
  if (local !== null) return local;
  if (peek(reader) !== '@') return 'syntax';
  return (
    readDomain(reader, reader.text.slice(start, reader.at)) ??
    skipSpaceAndComments(reader) ??
    skipOver(reader, '>')
  );
}

/** Words of a display name, dots among them as everyone writes them (RFC 5322 obs-phrase). @returns how many */
function readPhrase(reader: Reader): number | FromProblem {
  for (let words = 0; ; words += 1) {
    const next = peek(reader);
    if (next !== '"' && next !== '.' && !atomText.test(next)) return words;
    const problem = (next === '"' ? readQuoted(reader) : readDotAtom(reader)) ?? skipSpaceAndComments(reader);
    if (problem !== null) return problem;
  }
}

function readDotAtom(reader: Reader): Problem {
  dotAtom.lastIndex = reader.at;
  if (!dotAtom.test(reader.text)) return 'syntax';
  reader.at = dotAtom.lastIndex;
  return null;
}

function readQuoted(reader: Reader): Problem {
  reader.at += 1;
  while (!atEnd(reader)) {
    const character = peek(reader);
    reader.at += character === '\\' ? 2 : 1;
    if (character === '"') return null;
    reader.torn ||= character === '\n';
  }
  return 'syntax';
}

function readDomain(reader: Reader, localPart: string): Problem {
  reader.at += 1;
  const start = reader.at;
  if (peek(reader) === '[') {
    const end = reader.text.indexOf(']', reader.at);
    if (end < 0) return 'syntax';
    reader.at = end + 1;
  } else if (readDotAtom(reader) !== null) return 'syntax';
  const local = utf8(localPart);
  const name = utf8(reader.text.slice(start, reader.at));
  if (local === null || name === null || !isLocalPart(local)) return 'address';
  const domain = normaliseDomain(name, reader.toAscii);
  if (domain === undefined) return 'address';
  reader.found.push({ localPart: local, domain });
  return reader.found.length > mostMailboxes ? 'too_many' : null;
}

/**
 * RFC 2047 section 5 (3): no encoded word within an address. There are readers that decode one all the same, and then
 * find in `=?utf-8?q?a=40b=2Eexample=3E?=@c.example` an address at b.example.
 */
const encodedWord = /=\?[^?]*\?[^?]*\?[^?]*\?=/;

function isLocalPart(text: string): boolean {
  // Nor angle brackets within quotes, as in an envelope: whoever looks for the first pair of them finds another address.
  if (/[<>]/.test(text) || encodedWord.test(text)) return false;
  return text.startsWith('"') || !/^\.|\.\.|\.$/.test(text);
}

function skipSpaceAndComments(reader: Reader): Problem {
  for (;;) {
    const next = peek(reader);
    if (next === ' ' || next === '\t' || next === '\n') reader.at += 1;
    else if (next !== '(') return null;
    else {
      const problem = skipComment(reader);
      if (problem !== null) return problem;
    }
  }
}

function skipComment(reader: Reader): Problem {
  let depth = 0;
  while (!atEnd(reader)) {
    const character = peek(reader);
    reader.at += character === '\\' ? 2 : 1;
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth === 0) return null;
    if (depth > deepestComment) return 'too_deep';
    if (character !== '\n') continue;
    // For readers that end the inner one here, the next bracket ends the outer one: what follows goes on with a domain.
    if (depth > 1) return 'syntax';
    reader.torn = true;
  }
  return 'syntax';
}

function skipOver(reader: Reader, character: string): Problem {
  if (peek(reader) !== character) return 'syntax';
  reader.at += 1;
  return null;
}

function peek(reader: Reader): string {
  return reader.text[reader.at] ?? '';
}

function atEnd(reader: Reader): boolean {
  return reader.at >= reader.text.length;
}

/** Octets to the characters they mean, null where they are no UTF-8. */
function utf8(octets: string): string | null {
  if (!/[\u0080-\u00ff]/.test(octets)) return octets;
  try {
    return decodeURIComponent(
      octets.replace(/[%\u0080-\u00ff]/g, (one) => `%${one.charCodeAt(0).toString(16)}`),
    );
  } catch {
    return null;
  }
}
