import { common } from '../../lib/web/messages/common.ts';
import { Pagination } from '../ui/pagination.tsx';

export type PageLinks = { nextHref: string | null; firstHref: string | null };

/** On to the next page of a list, or back to its first. */
export function MorePages({
  nextHref,
  firstHref,
  of,
}: PageLinks & { /** Where a page has several lists. */ of?: string }) {
  return (
    <Pagination
      label={of === undefined ? common.pages : common.pagesOf(of)}
      firstLabel={common.firstPage}
      nextLabel={common.nextPage}
      nextHref={nextHref}
      firstHref={firstHref}
    />
  );
}
