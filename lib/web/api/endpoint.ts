import type { z } from 'zod';
import type { TokenScope } from '../../domain/permissions.ts';
import type { Subject } from './subject.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One operation of the API: what its route file runs by and what the OpenAPI document says. */
export type Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
> = {
  method: Method;
  /** As in OpenAPI, below `/api/v1`. */
  path: string;
  id: string;
  tag: 'Entries' | 'Decisions' | 'Platform feed' | 'Abuse';
  summary: string;
  description?: string;
  /** Any other scope is refused before anything is looked at. Left out: what the token sees and may decides. */
  scope?: TokenScope | readonly TokenScope[];
  /** What the path begins with and the token has to see: else 404, whatever else was sent. */
  subject?: Subject;
  params: Params;
  query: Query;
  body: Body;
  /** The body is a message as mail carries it, at most so many octets of it, and `body` is a schema of octets. */
  message?: { largestOctets: number };
  /** Whether `Idempotency-Key` is honoured. */
  idempotent?: boolean;
  /** What it answers when it is done; null: no body. */
  answers: Readonly<Record<number, { description: string; schema: z.ZodType | null }>>;
  /** Statuses of the problems that it may answer, besides those of every endpoint. */
  problems: readonly number[];
};

/** Keeps the types of the schemas. */
export function endpoint<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  description: Endpoint<Params, Query, Body>,
): Endpoint<Params, Query, Body> {
  return description;
}
