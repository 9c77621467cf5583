import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { endpoints } from './endpoints.ts';
import { problemSchema } from './schemas/problem.ts';
import { requestSchemas, responseSchemas } from './schemas/registry.ts';

type Json = Record<string, unknown>;
type Io = 'input' | 'output';

const reference = (id: string) => `#/components/schemas/${id}`;

/** What every endpoint may answer, whatever it does: no token, too often, our own failure. */
const everywhere = [401, 429, 500, 503] as const;
/** They say for how long to wait. */
const passing: readonly number[] = [429, 503];

/**
 * The API as an OpenAPI 3.1 document, made of the same schemas that its requests are parsed by.
 * @param portalUrl public address of the portal, without a slash at its end
 */
export function openApiDocument(portalUrl: string, version: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Postern',
      version,
      description:
        'Whitelisted IP addresses: requests, decisions, and the feed by which a platform keeps accounts, servers and people up to date.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: `${portalUrl}/api/v1` }],
    security: [{ token: [] }],
    tags: [
      { name: 'Entries', description: 'What an account asks for and keeps up.' },
      { name: 'Decisions', description: 'What support decides, with a staff token.' },
      { name: 'Abuse', description: 'What recipients and their providers complain about.' },
      { name: 'Platform feed', description: 'What the platform’s own systems tell, with a platform token.' },
    ],
    paths: paths(),
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token that begins with `pst_`.' },
      },
      schemas: { ...schemasOf(requestSchemas, 'input'), ...schemasOf(responseSchemas, 'output') },
    },
  };
}

function paths(): Json {
  const byPath: Record<string, Json> = {};
  for (const endpoint of endpoints) {
    byPath[endpoint.path] = { ...byPath[endpoint.path], [endpoint.method]: operation(endpoint) };
  }
  return byPath;
}

function operation(endpoint: Endpoint): Json {
  const hasBody = requestSchemas.has(endpoint.body);
  return {
    operationId: endpoint.id,
    summary: endpoint.summary,
    description: describeEndpoint(endpoint),
    tags: [endpoint.tag],
    parameters: [
      ...parameters(endpoint.params, 'path'),
      ...parameters(endpoint.query, 'query'),
      ...(endpoint.idempotent === true ? [idempotencyKey] : []),
    ],
    ...(endpoint.message === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: content('message/rfc822', { type: 'string', contentMediaType: 'message/rfc822' }),
          },
        }),
    ...(hasBody
      ? {
          requestBody: {
            required: needsBody(endpoint),
            content: content('application/json', refer(endpoint.body, requestSchemas)),
          },
        }
      : {}),
    responses: { ...answers(endpoint), ...problems(endpoint) },
  };
}

const scopeWords = {
  account: 'an account token',
  staff: 'a staff token',
  platform: 'a platform token',
} as const;

function describeEndpoint(endpoint: Endpoint): string | undefined {
  const scopes = [endpoint.scope ?? []].flat();
  const scope =
    scopes.length === 0 ? undefined : `Needs ${scopes.map((one) => scopeWords[one]).join(' or ')}.`;
  return [scope, endpoint.description].filter(Boolean).join(' ') || undefined;
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key with the same body is done once, and answered the same again for two days.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

function parameters(schema: z.ZodType, place: 'path' | 'query'): Json[] {
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || (required.includes(name) && !('default' in rest)),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

function needsBody(endpoint: Endpoint): boolean {
  return !endpoint.body.safeParse({}).success;
}

function answers(endpoint: Endpoint): Json {
  return Object.fromEntries(
    Object.entries(endpoint.answers).map(([status, { description, schema }]) => [
      status,
      schema === null
        ? { description }
        : { description, content: content('application/json', refer(schema, responseSchemas)) },
    ]),
  );
}

function problems(endpoint: Endpoint): Json {
  const parses = endpoint.method === 'get' || endpoint.method === 'delete' ? [400] : [400, 413, 415];
  const statuses = [...new Set([...parses, ...endpoint.problems, ...everywhere])].sort(
    (one, other) => one - other,
  );
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      {
        description: STATUS_CODES[status],
        ...(passing.includes(status)
          ? { headers: { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } } }
          : {}),
        content: content('application/problem+json', refer(problemSchema, responseSchemas)),
      },
    ]),
  );
}

function content(type: string, schema: Json): Json {
  return { [type]: { schema } };
}

function refer(schema: z.ZodType, registry: typeof requestSchemas): Json {
  const id = registry.get(schema)?.id;
  if (id === undefined) throw new Error('a schema of the API is in no registry');
  return { $ref: reference(id) };
}

function schemasOf(registry: typeof requestSchemas, io: Io): Json {
  const { schemas } = z.toJSONSchema(registry, { io, uri: reference, override });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutNames(schema)]));
}

function jsonSchema(schema: z.ZodType, io: Io): Json {
  return withoutNames(z.toJSONSchema(schema, { io, override }));
}

function override({ jsonSchema: made }: { jsonSchema: Json }): void {
  // Answers may gain fields, and the pattern of a format that is named says nothing more.
  delete made.additionalProperties;
  if (made.format !== undefined) delete made.pattern;
}

/** OpenAPI names a schema by its place. */
function withoutNames(schema: object): Json {
  const { $schema, $id, ...rest } = schema as Json;
  return rest;
}
