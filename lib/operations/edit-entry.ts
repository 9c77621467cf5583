import { and, eq } from 'drizzle-orm';
import { type EntryRow, mayOnEntry, type Standing } from '../../db/queries/entries.ts';
import { entries } from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';
import { isLive, isOpen } from '../domain/entry-lifecycle.ts';
import {
  type DividedWish,
  divideWish,
  isEmptyWish,
  nextWish,
  type ScopeMode,
  type ScopeWish,
} from '../domain/entry-scope.ts';
import { roleIn } from '../domain/permissions.ts';
import { type EntryOperation, entryForPerson } from './acting-on-entry.ts';
import { type NewEvent, recordEvent } from './record-event.ts';
import { checkScope } from './requested-scope.ts';
import { type Result, refuse } from './result.ts';
import { takeAttempt, throttle } from './throttle.ts';

export type EntryEdits = {
  label?: string | null;
  site?: string | null;
  contact?: string | null;
  scope?: ScopeWish & { mode?: ScopeMode };
};

export type EditEntry = EntryOperation & { edits: EntryEdits; revision?: number };

const SANDBOX_DAYS = 1;

/**
 * Changes what an account may change of its entry. What is narrower holds at once; of a live entry what is wider is
 * kept as a wish for support, so that an approved entry never widens by itself. A request is not decided yet: there
 * everything holds at once, and whoever approves reads it.
 */
export async function editEntry(
  operation: EditEntry,
): Promise<Result<{ entry: EntryRow; toReview: boolean }>> {
  const { database, actor, now, edits } = operation;
  const found = await entryForPerson(operation, 'edit_entry');
  if (!found.ok) return found;
  const { entry, standing } = found;
  if (!isOpen(entry.status) && !isLive(entry.status)) {
    return { ok: false, code: 'state_forbids', state: entry.status, verb: 'renew' };
  }
  const { mode, ...wantedScope } = edits.scope ?? {};
  const checked = await checkScope(database, found.server.id, wantedScope);
  if (!checked.ok && Object.keys(wantedScope).length > 0) return checked;
  const modeChange = changeOfMode(mode, standing, now);
  if (modeChange !== null && (actor.viewer === null || !mayOnEntry(actor.viewer, found, 'use_sandbox'))) {
    return refuse.notAllowed('use_sandbox');
  }

  const divided = divide(found, checked.ok ? checked.columns : {});
  const waiting = entry.widerScope;
  const wish = isOpen(entry.status) ? null : nextWish(waiting, divided);
  const details = changedDetails(entry, edits);
  const changed = [
    ...Object.keys(details),
    ...Object.keys(divided.narrower),
    ...(modeChange ? ['mode'] : []),
  ];
  const events = eventsOf({
    entry,
    changed,
    divided,
    wish,
    mode: modeChange === null ? null : (mode ?? null),
  });
  if (events.length === 0) return { ok: true, entry, toReview: false };
  // Counted apart from what only owners do: no member keeps them from pausing or renewing.
  const isOwner = actor.viewer !== null && roleIn(actor.viewer, entry.accountId) === 'owner';
  const limit = throttle('entry_edits', entry.id, ...(isOwner ? [] : ['members']));
  const attempt = await takeAttempt(database, limit, now);
  if (!attempt.ok) return attempt;
  return database.transaction(async (transaction) => {
    const [row] = await transaction
      .update(entries)
      .set({
        ...details,
        ...modeChange,
        ...divided.narrower,
        widerScope: wish,
        widerScopeAt: wish === null ? null : isEmptyWish(divided.wider) ? entry.widerScopeAt : now,
        updatedAt: now,
      })
      // What was read decides what still waits: another wish made meanwhile must not be lost.
      .where(and(eq(entries.id, entry.id), eq(entries.revision, operation.revision ?? entry.revision)))
      .returning();
    if (row === undefined) {
      return { ok: false as const, code: 'changed_meanwhile' as const, revision: entry.revision };
    }
    for (const event of events) await recordEvent(transaction, actor, event);
    return { ok: true as const, entry: row, toReview: !isEmptyWish(divided.wider) };
  });
}

function divide(
  { entry, standing }: { entry: EntryRow; standing: Standing },
  wanted: ScopeWish,
): DividedWish {
  const divided = divideWish(entry, wanted, standing.scope);
  if (!isOpen(entry.status)) return divided;
  return { narrower: { ...divided.narrower, ...divided.wider }, wider: {}, same: divided.same };
}

/** Null where it is so already: pressing twice does not prolong a sandbox. */
function changeOfMode(mode: ScopeMode | undefined, { scope }: Standing, now: Date) {
  if (mode === undefined) return null;
  const inSandbox =
    scope.mode === 'sandbox' && scope.sandbox_until !== null && new Date(scope.sandbox_until) > now;
  if (inSandbox === (mode === 'sandbox')) return null;
  return { mode, sandboxUntil: mode === 'sandbox' ? addDays(now, SANDBOX_DAYS) : null };
}

type Details = Pick<EntryEdits, 'label' | 'site' | 'contact'>;

function changedDetails(entry: EntryRow, edits: EntryEdits): Details {
  const details: Details = {};
  for (const field of ['label', 'site', 'contact'] as const) {
    const value = edits[field];
    if (value !== undefined && value !== entry[field]) details[field] = value;
  }
  return details;
}

function eventsOf(edit: {
  entry: EntryRow;
  changed: string[];
  divided: DividedWish;
  wish: ScopeWish | null;
  mode: ScopeMode | null;
}): NewEvent[] {
  const { entry, changed, divided, wish, mode } = edit;
  const about = { accountId: entry.accountId, entryId: entry.id, serverId: entry.serverId };
  const events: NewEvent[] = [];
  if (changed.length > 0) {
    events.push({ ...about, kind: 'edited', content: { changed, scope: divided.narrower, mode } });
  }
  const takenBack = Object.keys(entry.widerScope ?? {}).filter((field) => !Object.hasOwn(wish ?? {}, field));
  if (!isEmptyWish(divided.wider)) {
    events.push({ ...about, kind: 'wider_scope_requested', content: { scope: divided.wider } });
  }
  if (takenBack.length > 0) {
    events.push({ ...about, kind: 'wider_scope_withdrawn', content: { fields: takenBack } });
  }
  return events;
}
