import type { Database } from '../../db/client.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { type EntryRequest, requestEntry } from './request-entry.ts';
import type { Actor, Result } from './result.ts';

export type RequestOnBehalf = {
  database: Database;
  actor: Actor;
  request: Omit<EntryRequest, 'attestations'>;
  now: Date;
};

/**
 * Support asks for an address of an account, on the telephone for instance. It is a request like any other but that
 * nobody has declared anything yet: an owner, who is told by mail, opens it and confirms all of it.
 */
export function requestOnBehalf({
  database,
  actor,
  request,
  now,
}: RequestOnBehalf): Promise<Result<{ entry: EntryRow }>> {
  return requestEntry({
    database,
    actor,
    // What the owner will be asked for: without it the request could only fail.
    request: { ...request, attestations: { static: true, dedicated: true, responsible: true } },
    onBehalf: true,
    now,
  });
}
