/**
 * One MIME entity as its text gives it, read as leniently as mail readers do: reports come from everywhere. The text is
 * one character an octet (latin1), its lines ended by LF alone.
 */
export type MimeEntity = {
  readonly fields: readonly MimeField[];
  /** `type/subtype` in lower case; `text/plain` where nothing readable is said (RFC 2045 5.2). */
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** As it stands, not decoded. */
  readonly body: string;
};

/** `name` in lower case; `value` unfolded. */
export type MimeField = { readonly name: string; readonly value: string };

const mostFields = 1000;
const longestValue = 64 * 1024;
const fieldLine = /^([!-9;-~]+)[ \t]*:(.*)$/s;

/** Octets as text, one character each. */
export function latin1(octets: Uint8Array): string {
  const piece = 8192;
  let text = '';
  for (let at = 0; at < octets.length; at += piece) {
    // Five times as fast as spread arguments, which are made one by one.
    text += String.fromCharCode.apply(null, octets.subarray(at, at + piece) as unknown as number[]);
  }
  return text;
}

/** Every kind of line end as LF. */
export function withPlainLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** Reads a header section and what follows it. The header ends at an empty line, or where a line is no field. */
export function readEntity(text: string): MimeEntity {
  const { fields, end } = readFields(text);
  const contentType = parseContentType(firstValue(fields, 'content-type') ?? '');
  return { fields, ...contentType, body: text.slice(end) };
}

/** @returns the fields, and where what is no header begins */
export function readFields(text: string): { fields: MimeField[]; end: number } {
  const fields: MimeField[] = [];
  let name: string | null = null;
  let value = '';
  const keep = () => {
    if (name !== null && fields.length < mostFields) {
      fields.push({ name, value: value.slice(0, longestValue).trim() });
    }
    name = null;
  };
  let at = 0;
  while (at < text.length) {
    const lineEnd = endOfLine(text, at);
    const line = text.slice(at, lineEnd);
    const next = Math.min(lineEnd + 1, text.length);
    if (line.trim() === '') {
      keep();
      return { fields, end: next };
    }
    if (/^[ \t]/.test(line)) {
      if (value.length < longestValue) value += ` ${line.trim()}`;
    } else {
      keep();
      const match = fieldLine.exec(line);
      if (match === null) {
        // The separator line of a mailbox file belongs to no message.
        if (!/^>?From /.test(line)) return { fields, end: at };
      } else {
        name = (match[1] ?? '').toLowerCase();
        value = (match[2] ?? '').slice(0, longestValue);
      }
    }
    at = next;
  }
  keep();
  return { fields, end: text.length };
}

export function firstValue(fields: readonly MimeField[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value;
}

export function allValues(fields: readonly MimeField[], name: string): string[] {
  return fields.filter((field) => field.name === name).map((field) => field.value);
}

/**
 * What stands between the delimiter lines of a multipart body (RFC 2046 5.1.1). A last part that nothing closes is
 * taken as far as it goes.
 * @param most further parts are left out
 */
export function splitMultipart(
  body: string,
  boundary: string,
  most: number,
): { parts: string[]; closed: boolean; more: boolean } {
  const parts: string[] = [];
  const delimiter = `--${boundary}`;
  let start = -1;
  // Only the lines that begin like a delimiter: a large part is gone over once for each multipart around it.
  for (let at = body.startsWith('--') ? 0 : nextDashes(body, 0); at >= 0; at = nextDashes(body, at)) {
    if (body.startsWith(delimiter, at)) {
      const lineEnd = endOfLine(body, at);
      const rest = body.slice(at + delimiter.length, lineEnd);
      const closing = /^--[ \t]*$/.test(rest);
      if (closing || /^[ \t]*$/.test(rest)) {
        // The line end before a delimiter belongs to the delimiter.
        if (start >= 0) parts.push(body.slice(start, Math.max(start, at - 1)));
        if (closing) return { parts, closed: true, more: false };
        if (parts.length >= most) return { parts, closed: false, more: true };
        start = Math.min(lineEnd + 1, body.length);
      }
    }
  }
  if (start >= 0) parts.push(body.slice(start));
  return { parts, closed: false, more: false };
}

/** Where the next line begins that has two dashes there, -1 where none does. */
function nextDashes(body: string, from: number): number {
  const lineEnd = body.indexOf('\n--', from);
  return lineEnd < 0 ? -1 : lineEnd + 1;
}

/** RFC 2045 5.1, with RFC 2231 3 for a parameter that is cut into pieces. */
function parseContentType(value: string): Pick<MimeEntity, 'type' | 'parameters'> {
  const text = withoutComments(value);
  const type = /^\s*([!-.0-~]+\/[!-.0-~]+?)\s*(?:;|$)/.exec(text)?.[1]?.toLowerCase();
  const parameters = new Map<string, string>();
  const pieces = new Map<string, string>();
  for (const match of text.matchAll(/;\s*([\w.*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))/gs)) {
    const name = (match[1] ?? '').toLowerCase();
    const quoted = match[2]?.replace(/\\(.)/gs, '$1');
    const content = (quoted ?? match[3] ?? '').trimEnd();
    const piece = /^([^*]+)\*(\d{1,2})\*?$/.exec(name);
    if (piece === null) {
      if (!parameters.has(name)) parameters.set(name, content);
    } else pieces.set(`${piece[1]} ${String(piece[2]).padStart(2, '0')}`, content);
  }
  for (const [key, content] of [...pieces].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const [name = ''] = key.split(' ');
    parameters.set(name, `${parameters.get(name) ?? ''}${content}`);
  }
  return { type: type ?? 'text/plain', parameters };
}

const deepestComment = 20;

/** Text without its comments (RFC 5322 3.2.2). What is quoted stays, and a comment that never ends takes the rest. */
export function withoutComments(text: string): string {
  if (!text.includes('(')) return text;
  let kept = '';
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    const escaped = character === '\\' ? (text[at + 1] ?? '') : '';
    if (escaped !== '') at += 1;
    else if (character === '"' && depth === 0) quoted = !quoted;
    else if (character === '(' && !quoted && depth < deepestComment) {
      depth += 1;
      continue;
    } else if (character === ')' && depth > 0) {
      depth -= 1;
      continue;
    }
    if (depth === 0) kept += character + escaped;
  }
  return kept;
}

/** Text without its quoted strings (RFC 5322 3.2.4). One that never ends takes the rest. */
export function withoutQuoted(text: string): string {
  let kept = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"') quoted = !quoted;
    else if (quoted && character === '\\') at += 1;
    else if (!quoted) kept += character;
  }
  return kept;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
