'use client';

import { useFreshPage } from './use-fresh-page.ts';

const POLLING = { everyMs: 1000, longestMs: 15_000 };

/** Nodes follow within milliseconds of a change, and say so a moment after the page was made. */
export function NodesWatch({ behind }: { behind: boolean }) {
  useFreshPage(behind, POLLING);
  return null;
}
