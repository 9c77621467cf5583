import { formatAddress, isIpv4Mapped, parseAddress } from './ip.ts';

/**
 * A mailbox of RFC 5321 4.1.2. `text` is what is handed on, unchanged but for the brackets; `domain` is
 * for comparing: lower case, A-labels, an address literal in its brackets.
 */
export type Mailbox = { readonly text: string; readonly localPart: string; readonly domain: string };

/** A reverse-path or forward-path. Null mailbox: the null reverse-path `<>`. */
export type SmtpPath = { readonly mailbox: Mailbox | null; readonly parameters: readonly string[] };

/** Internationalised domain to A-labels, null where that cannot be done. `node:url` has one. */
export type ToAscii = (domain: string) => string | null;

// RFC 5321 4.5.3.1, in octets. Text is measured in UTF-16 units: for ASCII the same, and beyond it shorter than UTF-8,
// but what is too long in octets then stays within a command line anyway.
const longestLocalPart = 64;
const longestDomain = 255;
const longestPath = 254;

const dotString =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a0-\ufffc-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a0-\ufffc-]+)*$/;
// Angle brackets may stand there as well (RFC 5321 4.1.2), but a parser that looks for the first `>` ends the path at it.
const quotedString =
  /^"(?:[\u0020\u0021\u0023-\u003b\u003d\u003f-\u005b\u005d-\u007e\u00a0-\ufffc]|\\[\u0020-\u003b\u003d\u003f-\u007e])*"$/;
// Underscores are in no host name, but in the names that some devices give themselves.
const domainName =
  /^(?=.{1,255}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
const nameCharacters = /^[A-Za-z0-9._\u0080-\uffff-]+$/;
const beyondAscii = /[\u0080-\uffff]/;

/**
 * Reads what follows `MAIL FROM:` or `RCPT TO:`, as devices write it: spaces before the path, no brackets, spaces at
 * the end. A source route is not read (RFC 5321 appendix F.2 lets it be refused).
 * @returns undefined where it is no path
 */
export function parseSmtpPath(text: string, toAscii: ToAscii): SmtpPath | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const end = trimmed.startsWith('<') ? closingBracket(trimmed) : endOfWord(trimmed);
  if (end < 0) return undefined;
  const bracketed = trimmed.startsWith('<');
  const inside = bracketed ? trimmed.slice(1, end) : trimmed.slice(0, end);
  const rest = trimmed.slice(bracketed ? end + 1 : end);
  if (rest !== '' && !rest.startsWith(' ')) return undefined;
  const parameters = rest.split(' ').filter((word) => word !== '');
  if (inside === '') return bracketed ? { mailbox: null, parameters } : undefined;
  const mailbox = parseMailbox(inside, toAscii);
  return mailbox && { mailbox, parameters };
}

function closingBracket(text: string): number {
  let quoted = false;
  for (let at = 1; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\' && quoted) at += 1;
    else if (character === '"') quoted = !quoted;
    else if (character === '>' && !quoted) return at;
  }
  return -1;
}

function endOfWord(text: string): number {
  const space = text.indexOf(' ');
  return space < 0 ? text.length : space;
}

/**
 * Reads `local-part@domain`, strictly: what one parser might read in another way than the next is no mailbox.
 * The bare word `postmaster` (RFC 5321 4.5.1) is one, with an empty domain.
 */
export function parseMailbox(text: string, toAscii: ToAscii): Mailbox | undefined {
  if (text.length > longestPath) return undefined;
  if (/^postmaster$/i.test(text)) return { text, localPart: text, domain: '' };
  const at = text.lastIndexOf('@');
  if (at < 1 || at > longestLocalPart) return undefined;
  const localPart = text.slice(0, at);
  if (!dotString.test(localPart) && !quotedString.test(localPart)) return undefined;
  const domain = normaliseDomain(text.slice(at + 1), toAscii);
  return domain === undefined ? undefined : { text, localPart, domain };
}

/** @returns a domain name in lower case and A-labels, or an address literal; undefined where it is neither */
export function normaliseDomain(text: string, toAscii: ToAscii): string | undefined {
  if (text.startsWith('[')) return addressLiteral(text);
  if (text.length > longestDomain) return undefined;
  if (!beyondAscii.test(text)) {
    const lower = text.toLowerCase();
    return domainName.test(lower) ? lower : undefined;
  }
  // `toAscii` may read a URL, and leaves away what no host has: a path, a query, tabs, percent signs.
  if (!nameCharacters.test(text)) return undefined;
  // Only dots that are dots: what UTS 46 maps to a dot or an at sign must not make another name.
  if (/[\u3002\uff0e\uff61\uff20\ufe6b]/.test(text)) return undefined;
  const ascii = toAscii(text);
  if (ascii === null || !domainName.test(ascii)) return undefined;
  const [written, read] = [text.split('.'), ascii.split('.')];
  if (written.length !== read.length) return undefined;
  // RFC 5890 2.3.2.1: a U-label has its A-label. One that turns into plain ASCII (wide letters, a Kelvin sign) is a
  // look-alike of a name that others will not read in it.
  return written.every((label, at) =>
    beyondAscii.test(label) ? read[at]?.startsWith('xn--') : read[at] === label.toLowerCase(),
  )
    ? ascii
    : undefined;
}

/** RFC 5321 4.1.3. */
function addressLiteral(text: string): string | undefined {
  const match = /^\[(ipv6:)?([0-9a-f:.]+)\]$/i.exec(text);
  const address = match?.[2] === undefined ? undefined : parseAddress(match[2]);
  if (address === undefined || isIpv4Mapped(address)) return undefined;
  if ((address.family === 6) !== (match?.[1] !== undefined)) return undefined;
  return address.family === 6 ? `[IPv6:${formatAddress(address)}]` : `[${formatAddress(address)}]`;
}

/** Whether an address needs SMTPUTF8 (RFC 6531) to be handed on. */
export function needsUtf8(mailbox: Mailbox): boolean {
  return beyondAscii.test(mailbox.text);
}

/** Local parts with which some mail systems route on their own: `user%elsewhere@here`, `elsewhere!user@here`. */
export function hidesRouting(mailbox: Mailbox): boolean {
  return /[%!@:]/.test(mailbox.localPart);
}
