import { ButtonLink } from './button-link.tsx';

export type PaginationProps = {
  label: string;
  firstLabel: string;
  nextLabel: string;
  /** Back to the first page, when this is not it. */
  firstHref?: string | null;
  nextHref?: string | null;
};

/** Pages by cursor: on to the next, or back to the first. */
export function Pagination({ label, firstLabel, nextLabel, firstHref, nextHref }: PaginationProps) {
  if (!firstHref && !nextHref) return null;
  return (
    <nav aria-label={label} className="flex justify-end gap-2">
      {firstHref ? <ButtonLink href={firstHref}>{firstLabel}</ButtonLink> : null}
      {nextHref ? <ButtonLink href={nextHref}>{nextLabel}</ButtonLink> : null}
    </nav>
  );
}
