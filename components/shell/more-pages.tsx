import { common } from '../../lib/web/messages/common.ts';
import { Pagination } from '../ui/pagination.tsx';

/** On to the next page of a list, or back to its first. */
export function MorePages({ nextHref, firstHref }: { nextHref: string | null; firstHref: string | null }) {
  return (
    <Pagination
      label={common.pages}
      firstLabel={common.firstPage}
      nextLabel={common.nextPage}
      nextHref={nextHref}
      firstHref={firstHref}
    />
  );
}
