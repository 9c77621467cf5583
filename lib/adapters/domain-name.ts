import { domainToASCII } from 'node:url';
import { getPublicSuffix } from 'tldts';

const LONGEST_NAME = 253;
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * A domain as people paste it (`https://acme.example/`, `info@acme.example`, `Äcme.example`, a final dot) in the ASCII
 * form that is stored: lower case, RFC 5890 A-labels, at least two labels. Null for anything else.
 */
export function parseDomainName(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[/?#].*$/s, '')
    .replace(/^[^@]*@/, '')
    .replace(/\.$/, '');
  // A port, spaces or an address in brackets are no part of a domain; the URL parser would take some of them.
  if (bare === '' || /[\s:[\]%\\]/.test(bare)) return null;
  const ascii = domainToASCII(bare);
  const labels = ascii.split('.');
  if (ascii.length > LONGEST_NAME || labels.length < 2 || !labels.every((part) => label.test(part)))
    return null;
  // What ends in a number is an IPv4 address or none (RFC 1123 section 2.1).
  return /^\d+$/.test(labels.at(-1) ?? '') ? null : ascii;
}

/** Whether strangers register or rent names directly below it: `com`, `co.uk`, `github.io` (publicsuffix.org). */
export function isPublicSuffix(domain: string): boolean {
  const suffix = getPublicSuffix(domain, { allowPrivateDomains: true, validateHostname: false });
  return suffix === domain;
}
