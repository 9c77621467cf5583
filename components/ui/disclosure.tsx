import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export type DisclosureProps = {
  summary: string;
  open?: boolean;
  summaryClassName?: string;
  className?: string;
  children: ReactNode;
};

/** Something that is there for who wants it. The browser's own: it opens without JavaScript and is found by search. */
export function Disclosure({ summary, open, summaryClassName, className, children }: DisclosureProps) {
  return (
    <details open={open} className={classNames('group/disclosure', className)}>
      <summary
        className={classNames(
          'flex cursor-pointer list-none items-center gap-2 font-medium [&::-webkit-details-marker]:hidden',
          summaryClassName,
        )}
      >
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 text-second transition-transform group-open/disclosure:rotate-90"
        />
        {summary}
      </summary>
      {children}
    </details>
  );
}
