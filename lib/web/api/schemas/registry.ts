import { z } from 'zod';

// Two registries, because one schema reads differently from its two sides: a date that a client sends is text.

/** What clients send, by its name in the OpenAPI document. */
export const requestSchemas = z.registry<{ id: string }>();
/** What they are answered. */
export const responseSchemas = z.registry<{ id: string }>();

export function requestSchema<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  requestSchemas.add(schema, { id });
  return schema;
}

export function responseSchema<Schema extends z.ZodType>(id: string, schema: Schema): Schema {
  responseSchemas.add(schema, { id });
  return schema;
}
