/**
 * One header field. The text is one character an octet (latin1), so positions are octets too.
 * `start` to `end` is the whole field with its folded lines and last CR LF.
 */
export type HeaderField = {
  /** lower case, without white space */
  readonly name: string;
  /** obsolete syntax `Name : value`, which not every parser reads as this field (RFC 5322 4.5) */
  readonly spaceBeforeColon: boolean;
  readonly start: number;
  readonly end: number;
  /** unfolded (RFC 5322 2.2.3), dots unstuffed */
  readonly value: string;
  /** the same with LF wherever the field goes on in the next line */
  readonly folded: string;
};

export type HeaderSection =
  | { readonly ok: true; readonly fields: readonly HeaderField[] }
  | {
      readonly ok: false;
      readonly code: 'malformed_line' | 'continuation_first';
      /** those before the line that cannot be read */
      readonly fields: readonly HeaderField[];
    };

const dot = 0x2e;
const space = 0x20;
const tab = 0x09;

// A control that some readers (Python's `email`) take for the end of a line, and what is a field if it is one. Nobody means
// that; where something else follows it is what devices send. In UTF-8 those of Unicode too: U+0085, U+2028 and U+2029.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const hiddenField = /(?:[\u000b\u000c\u001c-\u001e]|\u00c2\u0085|\u00e2\u0080[\u00a8\u00a9])[!-9;-~]*[ \t]*:/;

/**
 * Reads a header section as it stands on the wire, dots still stuffed. A line that is neither a field nor the
 * continuation of one is refused: parsers differ on whether it ends the header, so what follows would be read in two
 * ways. So is a line that some read as several. Stuffed dots are taken off first (RFC 5321 4.5.2): `.From:` is `From:`
 * to everyone behind us.
 * @param text lines, each ended by CR LF, without the empty line
 */
export function readHeaderSection(text: string): HeaderSection {
  const fields: HeaderField[] = [];
  let start = 0;
  while (start < text.length) {
    const first = unstuffed(text, start);
    if (isWhiteSpace(text.charCodeAt(first))) return { ok: false, code: 'continuation_first', fields };
    let lineEnd = endOfLine(text, start);
    const colon = text.indexOf(':', first);
    if (colon < 0 || colon >= lineEnd) return { ok: false, code: 'malformed_line', fields };
    const name = readName(text, first, colon);
    if (name === '') return { ok: false, code: 'malformed_line', fields };
    let value = text.slice(colon + 1, lineEnd - 2);
    let folded = value;
    for (let next = unstuffed(text, lineEnd); next < text.length && isWhiteSpace(text.charCodeAt(next)); ) {
      lineEnd = endOfLine(text, next);
      const line = text.slice(next, lineEnd - 2);
      value += line;
      folded += `\n${line}`;
      next = unstuffed(text, lineEnd);
    }
    const spaceBeforeColon = isWhiteSpace(text.charCodeAt(colon - 1));
    fields.push({ name, spaceBeforeColon, start, end: lineEnd, value: withoutSpace(value), folded });
    start = lineEnd;
  }
  return hiddenField.test(text) ? { ok: false, code: 'malformed_line', fields } : { ok: true, fields };
}

function unstuffed(text: string, lineStart: number): number {
  return text.charCodeAt(lineStart) === dot ? lineStart + 1 : lineStart;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\r\n', from);
  return end < 0 ? text.length : end + 2;
}

/** Of the white space of RFC 5322 alone: what else JavaScript trims are octets that others read. */
function withoutSpace(value: string): string {
  let [start, end] = [0, value.length];
  while (start < end && isWhiteSpace(value.charCodeAt(start))) start += 1;
  while (end > start && isWhiteSpace(value.charCodeAt(end - 1))) end -= 1;
  return value.slice(start, end);
}

function isWhiteSpace(code: number): boolean {
  return code === space || code === tab;
}

/** RFC 5322 3.6.8: printable ASCII without the colon, and obsolete white space at the end. */
function readName(text: string, start: number, colon: number): string {
  let end = colon;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end -= 1;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= space || code > 0x7e) return '';
  }
  return text.slice(start, end).toLowerCase();
}
