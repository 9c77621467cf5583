import type { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { problem } from './problem.ts';
import { readJsonBody, readMessageBody, unstorable } from './read-body.ts';
import type { Problem } from './schemas/problem.ts';

export type ParsedRequest<Params, Query, Body> = {
  params: Params;
  query: Query;
  body: Body;
  /** The body as it was sent, before defaults: what an idempotency key is bound to. */
  sent: unknown;
};

type FieldError = { field: string; message: string };
type Outcome<Value> = { ok: true; value: Value } | { ok: false; problem: Problem };

/** Without it zod keeps back what it met, and what is of a wrong type would read like what is missing. */
const withInput = { reportInput: true };

/**
 * Reads path, query and body by the endpoint's schemas, and tells every field that is wrong at once.
 * @param pathValues as `pathParams` gives them
 */
export async function parseRequest<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  endpoint: Endpoint<Params, Query, Body>,
  request: Request,
  pathValues: Record<string, string>,
): Promise<Outcome<ParsedRequest<z.output<Params>, z.output<Query>, z.output<Body>>>> {
  const sentQuery = new URL(request.url).searchParams;
  // A parameter that stands there twice is a list, and not its last value alone.
  const queryValues = Object.fromEntries(
    [...sentQuery.keys()].map((name) => [name, sentQuery.getAll(name).join(',')]),
  );
  const badQuery = unstorable(queryValues, '');
  if (badQuery !== null)
    return invalid([{ field: badQuery, message: 'holds a character that cannot be kept' }]);

  const hasBody = endpoint.method !== 'get' && endpoint.method !== 'delete';
  const { message } = endpoint;
  const read = message === undefined ? readJsonBody : () => readMessageBody(request, message.largestOctets);
  const sent = hasBody ? await read(request) : { ok: true as const, value: {} };
  if (!sent.ok) return sent;
  const params = endpoint.params.safeParse(pathValues, withInput);
  const query = endpoint.query.safeParse(queryValues, withInput);
  const body = endpoint.body.safeParse(sent.value, withInput);
  if (params.success && query.success && body.success) {
    return {
      ok: true,
      value: { params: params.data, query: query.data, body: body.data, sent: sent.value },
    };
  }
  return invalid([
    ...(params.success ? [] : fieldErrors(params.error)),
    ...(query.success ? [] : fieldErrors(query.error).map(atParameter)),
    ...(body.success ? [] : fieldErrors(body.error)),
  ]);
}

function invalid(errors: FieldError[]): { ok: false; problem: Problem } {
  return { ok: false, problem: problem(400, 'invalid_request', { errors }) };
}

function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.map((issue) => ({
    field: issue.path.map(String).join('.') || 'body',
    message: issue.code === 'invalid_type' && issue.input === undefined ? 'is missing' : issue.message,
  }));
}

/** Of a list in one parameter, the parameter is what the client wrote. */
function atParameter({ field, message }: FieldError): FieldError {
  return { field: field.split('.')[0] ?? field, message };
}

/**
 * What stands in the path by the endpoint's own names; null where something does that nothing can be called.
 * By position: Next wants one name for what the API calls `{server}` here and `{slug}` there.
 */
export function pathParams(path: string, rawParams: Record<string, string>): Record<string, string> | null {
  const names = path.match(/(?<=\{)\w+(?=\})/g) ?? [];
  const values = Object.values(rawParams).map(decode);
  if (unstorable(values, '') !== null) return null;
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
}

/** Next hands some path segments over as they stood in the URL. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
