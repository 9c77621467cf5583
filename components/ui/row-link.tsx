import Link from 'next/link';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { LinkPending } from './link-pending.tsx';

/** The link of a table's row: all of the row leads there. */
export function RowLink({
  href,
  className,
  children,
}: {
  href: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <Link href={href} className={classNames('row-link rounded-chip', className)}>
      {children}
      <LinkPending />
    </Link>
  );
}
