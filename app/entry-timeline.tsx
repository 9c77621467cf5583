import { timelineView } from '../components/whitelist/entry-view.ts';
import { Timeline } from '../components/whitelist/timeline.tsx';
import { type Audience, pageOfEntryEvents } from '../db/queries/events.ts';
import { portal } from '../lib/web/portal.ts';

/** An entry that is checked again and again has thousands. */
const PAGE_SIZE = 25;

type Props = {
  entryId: string;
  audience: Audience;
  /** What the page was asked to go on after. */
  cursor: string | undefined;
  /** The page that this stands on, from there on. */
  hrefOf: (query: { events?: string }) => string;
  clock: { now: number; timeZone: string };
};

/** What happened to an entry, a page of it. */
export async function EntryTimeline({ entryId, audience, cursor, hrefOf, clock }: Props) {
  const { rows, nextCursor } = await pageOfEntryEvents(portal().database, entryId, audience, {
    limit: PAGE_SIZE,
    cursor,
  });
  return (
    <Timeline
      items={timelineView(rows.toReversed())}
      clock={clock}
      pages={{
        nextHref: nextCursor === null ? null : `${hrefOf({ events: nextCursor })}#timeline`,
        firstHref: cursor === undefined ? null : `${hrefOf({})}#timeline`,
      }}
    />
  );
}
