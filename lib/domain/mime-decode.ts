/** Transfer encodings and encoded words, read as far as they can be read. Octets are latin1 characters. */

/**
 * The content of a part (RFC 2045 6). An encoding that is not known, or says nothing, leaves it as it is.
 * @param encoding the value of Content-Transfer-Encoding
 */
export function decodeTransfer(body: string, encoding: string | undefined): string {
  switch (encoding?.trim().toLowerCase()) {
    case 'base64':
      return decodeBase64(body);
    case 'quoted-printable':
      return decodeQuotedPrintable(body);
    default:
      return body;
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const sextets = new Map([...alphabet].map((character, value) => [character, value]));

/** RFC 2045 6.8: characters outside the alphabet are passed over, padding ends it. */
export function decodeBase64(text: string): string {
  const pieces: string[] = [];
  let bits = 0;
  let held = 0;
  for (const character of text) {
    if (character === '=') break;
    const value = sextets.get(character);
    if (value === undefined) continue;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      pieces.push(String.fromCharCode((held >> bits) & 0xff));
    }
  }
  return pieces.join('');
}

/**
 * RFC 2045 6.7: what is no escape stays as it stands.
 * @param text lines ended by LF alone
 */
export function decodeQuotedPrintable(text: string): string {
  return text
    .split('\n')
    .map(withoutBlanksAtEnd)
    .join('\n')
    .replace(/=\n/g, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_escape, octet: string) =>
      String.fromCharCode(Number.parseInt(octet, 16)),
    );
}

/** Backwards from the end: an expression that looks for the end from each blank takes hours for a line of blanks. */
function withoutBlanksAtEnd(line: string): string {
  let end = line.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end -= 1;
  return line.slice(0, end);
}

/** Of what is shown to people a few hundred characters are; one takes twelve at most in an encoded word. */
const longestRead = 8192;
const encodedWord = /=\?([\w-]{1,40})(?:\*[\w-]*)?\?([bq])\?([^?\s]{0,2000})\?=/gi;

/**
 * A header value as people read it (RFC 2047); what cannot be read stays as it stands. Of a long one the beginning is
 * read, the rest is left out.
 */
export function decodeWords(value: string): string {
  const joined = value.slice(0, longestRead).replace(/(\?=)[ \t]+(?==\?)/g, '$1');
  return joined.replace(encodedWord, (whole, charset: string, encoding: string, content: string) => {
    const octets =
      encoding.toLowerCase() === 'b'
        ? decodeBase64(content)
        : decodeQuotedPrintable(content.replaceAll('_', ' '));
    return readCharset(octets, charset) ?? whole;
  });
}

function readCharset(octets: string, charset: string): string | undefined {
  try {
    return new TextDecoder(charset).decode(Uint8Array.from(octets, (octet) => octet.charCodeAt(0) & 0xff));
  } catch {
    // A charset that nobody knows.
    return undefined;
  }
}
