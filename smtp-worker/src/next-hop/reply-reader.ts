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

const lineShape = /^([2-5][0-9]{2})([ -]|$)(.*)$/;
const enhancedShape = /^([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: |$)/;

/** @returns the replies that are whole by now, null where this is no SMTP server */
export function readReplies(reader: ReplyReader, octets: Buffer): Reply[] | null {
  const text = reader.rest + octets.toString('latin1');
  const replies: Reply[] = [];
  let from = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
    const match = lineShape.exec(text.slice(from, text[end - 1] === '\r' ? end - 1 : end));
    from = end + 1;
    if (match === null) return null;
    const [, code = '', separator, words = ''] = match;
    reader.lines.push(words);
    if (reader.lines.length > mostLines) return null;
    if (separator === '-') continue;
    const enhanced = enhancedShape.exec(reader.lines[0] ?? '')?.[1] ?? null;
    replies.push({ code: Number(code), enhanced, lines: reader.lines });
    reader.lines = [];
  }
  reader.rest = text.slice(from);
  return reader.rest.length > longestRest ? null : replies;
}
