'use client';

import { useLinkStatus } from 'next/link';

/** Stands within a link: once the page that it leads to takes longer than a moment, a line at the top says so. */
export function LinkPending() {
  const { pending } = useLinkStatus();
  return pending ? <span aria-hidden className="link-pending" /> : null;
}
