import { common } from '../../lib/web/messages/common.ts';
import type { EventSentence } from '../../lib/web/messages/events.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import type { PageLinks } from '../shell/more-pages.tsx';
import { When } from '../time/when.tsx';
import { Card } from '../ui/card.tsx';
import { Code } from '../ui/code.tsx';
import { Pagination } from '../ui/pagination.tsx';
import type { Clock } from '../ui/relative-time.ts';

export type TimelineItem = { id: string; at: number; sentence: EventSentence };

export type TimelineProps = {
  items: readonly TimelineItem[];
  clock: Clock;
  /** To what happened before, and back to the newest. */
  pages?: PageLinks;
};

const onlyPage: PageLinks = { nextHref: null, firstHref: null };

/** What happened, newest first. */
export function Timeline({ items, clock, pages = onlyPage }: TimelineProps) {
  return (
    <Card id="timeline" title={whitelist.timeline.title}>
      {items.length === 0 ? <p className="text-second">{whitelist.timeline.empty}</p> : null}
      <ol className="-mb-2">
        {items.map((item) => (
          <li
            key={item.id}
            className="grid gap-x-4 border-line py-2 not-first:border-t sm:grid-cols-[6.5rem_1fr]"
          >
            <p className="text-second text-small sm:leading-[1.3125rem]">
              <When at={item.at} clock={clock} as="moment" />
            </p>
            <p className="min-w-0 [overflow-wrap:anywhere]">
              {item.sentence.text}
              {item.sentence.value ? (
                <>
                  {' '}
                  <Code>{item.sentence.value}</Code>
                </>
              ) : null}
              {item.sentence.quote ? <span className="text-second"> “{item.sentence.quote}”</span> : null}
            </p>
          </li>
        ))}
      </ol>
      {pages.nextHref === null && pages.firstHref === null ? null : (
        <div className="mt-5">
          <Pagination
            label={common.pagesOf(whitelist.timeline.title)}
            firstLabel={whitelist.timeline.newest}
            nextLabel={whitelist.timeline.earlier}
            {...pages}
          />
        </div>
      )}
    </Card>
  );
}
