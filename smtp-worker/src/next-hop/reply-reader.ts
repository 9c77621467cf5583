/** One reply of a server: its code, its enhanced status code if it gave one, and its lines. */
export type Reply = {
  readonly code: number;
  readonly enhanced: string | null;
  readonly lines: readonly string[];
};

export type ReplyReader = { rest: string; lines: string[] };

/** A server that says more than this without end is none (RFC 5321 4.5.3.1.5 allows 512 a line). */
const longestRest = 4096;
const mostLines = 200;

export function newReplyReader(): ReplyReader {
  return { rest: '', lines: [] };
}

const digitZero = 0x30;
const space = 0x20;
const dash = 0x2d;
const cr = 0x0d;

const enhancedShape = /^([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: |$)/;

/** @returns the replies that are whole by now, null where this is no SMTP server */
export function readReplies(reader: ReplyReader, octets: Buffer): Reply[] | null {
  const text = reader.rest + octets.toString('latin1');
  const replies: Reply[] = [];
  let from = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
    const lineEnd = text.charCodeAt(end - 1) === cr ? end - 1 : end;
    const code = readCode(text, from);
    const separator = lineEnd === from + 3 ? space : text.charCodeAt(from + 3);
    if (code < 0 || lineEnd < from + 3 || (separator !== space && separator !== dash)) return null;
    const words = text.slice(from + 4, lineEnd);
    reader.lines.push(words);
    from = end + 1;
    if (reader.lines.length > mostLines || words.includes('\r')) return null;
    if (separator === dash) continue;
    const enhanced = enhancedShape.exec(reader.lines[0] ?? '')?.[1] ?? null;
    replies.push({ code, enhanced, lines: reader.lines });
    reader.lines = [];
  }
  reader.rest = text.slice(from);
  return reader.rest.length > longestRest ? null : replies;
}

/** Three digits, the first from 2 to 5. @returns -1 where there is something else */
function readCode(text: string, at: number): number {
  const first = text.charCodeAt(at) - digitZero;
  const second = text.charCodeAt(at + 1) - digitZero;
  const third = text.charCodeAt(at + 2) - digitZero;
  const good = first >= 2 && first <= 5 && second >= 0 && second <= 9 && third >= 0 && third <= 9;
  return good ? first * 100 + second * 10 + third : -1;
}
