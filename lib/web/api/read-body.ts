import { problem } from './problem.ts';
import type { Problem } from './schemas/problem.ts';

/** The most is a feed of one server with all of its credentials; the server in front cuts what is larger still. */
export const LARGEST_BODY_BYTES = 4 * 1024 * 1024;
/** Far deeper than any body of the API. What walks through a body calls itself once for each level. */
const DEEPEST = 32;
const MESSAGE_TYPE = /^message\/(?:rfc822|global)\s*(?:;|$)/i;
const JSON_TYPE = /^application\/(?:[a-z0-9.+-]+\+)?json\s*(?:;|$)/i;

export type ReadBody = { ok: true; value: unknown } | { ok: false; problem: Problem };

/** Reads a JSON body. None at all is an empty object: most verbs on an entry need nothing said. */
export async function readJsonBody(request: Request): Promise<ReadBody> {
  const octets = await readAtMost(request, LARGEST_BODY_BYTES);
  if (octets === null) return { ok: false, problem: problem(413, 'too_large') };
  if (octets.length === 0) return { ok: true, value: {} };
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? '')) {
    return { ok: false, problem: problem(415, 'unsupported_media_type') };
  }
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(octets));
    if (isDeeper(value, DEEPEST)) return invalid('body', `is nested deeper than ${DEEPEST} levels`);
    const bad = unstorable(value, '');
    return bad === null ? { ok: true, value } : invalid(bad, 'holds a character that cannot be kept');
  } catch {
    return { ok: false, problem: problem(400, 'malformed_json') };
  }
}

function invalid(field: string, message: string): ReadBody {
  return { ok: false, problem: problem(400, 'invalid_request', { errors: [{ field, message }] }) };
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** Reads a message as it came, octet by octet: nothing in it is looked at here. */
export async function readMessageBody(request: Request, most: number): Promise<ReadBody> {
  const octets = await readAtMost(request, most);
  if (octets === null) return { ok: false, problem: problem(413, 'too_large') };
  if (MESSAGE_TYPE.test(request.headers.get('content-type') ?? '')) return { ok: true, value: octets };
  const detail = 'Send the report with `Content-Type: message/rfc822`.';
  return { ok: false, problem: problem(415, 'unsupported_media_type', { detail }) };
}

async function readAtMost(request: Request, most: number): Promise<Uint8Array | null> {
  if (Number(request.headers.get('content-length') ?? 0) > most) return null;
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > most) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** PostgreSQL keeps neither NUL nor half a surrogate pair: the first field with one, or null. */
export function unstorable(value: unknown, path: string): string | null {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? path : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const place = path === '' ? key : `${path}.${key}`;
    const bad = unstorable(key, place) ?? unstorable(inner, place);
    if (bad !== null) return bad;
  }
  return null;
}
