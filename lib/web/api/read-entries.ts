import type { z } from 'zod';
import {
  type EntryFilter,
  evaluateEntries,
  evaluateEntry,
  findEntry,
  findServer,
  listEntries,
} from '../../../db/queries/entries.ts';
import { listEntryEvents, listThread } from '../../../db/queries/events.ts';
import { isLive } from '../../domain/entry-lifecycle.ts';
import { refuse } from '../../operations/result.ts';
import { type EntryContext, entryDetailJson, entryJson } from './entry-json.ts';
import { type Answer, type ApiCall, type ApiRefusal, answer } from './handler.ts';
import type { EntryJson } from './schemas/entry.ts';
import type { searchEntriesQuery, serverEntriesQuery } from './schemas/entry-requests.ts';

type Call = Omit<ApiCall<unknown, unknown, unknown>, 'params' | 'query' | 'body'>;
type Page = { limit: number; cursor?: string };

function contextOf({ holder, portal, now }: Call): EntryContext {
  return {
    audience: holder.scope === 'staff' ? 'staff' : 'account',
    proof: {
      secrets: portal.secrets,
      domain: portal.environment.proofDomain,
      portalUrl: portal.environment.portalUrl,
    },
    now,
  };
}

/** The entry as the token sees it now; an operation that has just changed it has found it for the token before. */
export async function readEntry(call: Call, id: string): Promise<EntryJson> {
  const found = await findEntry(call.database, call.holder.viewer, id);
  if (found === undefined) throw new Error(`entry ${id} vanished while it was answered`);
  return entryJson(await evaluateEntry(call.database, found, call.now), contextOf(call));
}

/** The network of an entry as it is stored, null where the entry does not exist for the token. */
export async function networkOf(call: Call, id: string): Promise<string | null> {
  return (await findEntry(call.database, call.holder.viewer, id))?.entry.network ?? null;
}

/** Whether it is in force already and asks for a wider scope: then that is what support decides on. */
export async function asksForWiderScope(call: Call, id: string): Promise<boolean> {
  const found = await findEntry(call.database, call.holder.viewer, id);
  return found !== undefined && isLive(found.entry.status) && found.entry.widerScope !== null;
}

/** The entry with its history. */
export async function readEntryDetail(call: Call, id: string): Promise<Answer | ApiRefusal> {
  const found = await findEntry(call.database, call.holder.viewer, id);
  if (found === undefined) return refuse.notFound();
  const context = contextOf(call);
  const evaluated = await evaluateEntry(call.database, found, call.now);
  const events = await listEntryEvents(call.database, id, context.audience);
  const thread = await listThread(call.database, id, context.audience);
  return answer(200, entryDetailJson(evaluated, { events, thread }, context));
}

export async function listServerEntries(
  call: Call,
  slug: string,
  query: z.output<typeof serverEntriesQuery>,
): Promise<Answer | ApiRefusal> {
  const found = await findServer(call.database, call.holder.viewer, slug);
  if (found === undefined) return refuse.notFound();
  const { status, network, limit, cursor } = query;
  return onePage(call, { serverId: found.server.id, status, network }, { limit, cursor });
}

/** Over all accounts: for staff. */
export function searchEntries(
  call: Call,
  { status, address, limit, cursor }: z.output<typeof searchEntriesQuery>,
): Promise<Answer> {
  return onePage(call, { status, address }, { limit, cursor });
}

async function onePage(call: Call, filter: EntryFilter, page: Page): Promise<Answer> {
  const { rows, nextCursor } = await listEntries(call.database, call.holder.viewer, filter, page);
  const evaluated = await evaluateEntries(call.database, rows, call.now);
  const context = contextOf(call);
  return answer(200, { data: evaluated.map((each) => entryJson(each, context)), next_cursor: nextCursor });
}
