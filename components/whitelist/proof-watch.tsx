'use client';

import { useEffect, useState } from 'react';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { useFreshPage } from './use-fresh-page.ts';

const words = whitelist.proof;
const POLLING = { everyMs: 3000, longestMs: 600_000 };

/**
 * Whoever has just sent from the device looks at the page: it goes on by itself once the proof has come, and says so
 * aloud. `looksUp`: the page is brought up to date anyhow, while the address is looked up.
 */
export function ProofWatch({ awaits, looksUp }: { awaits: boolean; looksUp: boolean }) {
  const [watched, setWatched] = useState(awaits);
  useEffect(() => {
    if (awaits) setWatched(true);
  }, [awaits]);
  const polls = useFreshPage(awaits && !looksUp, POLLING);
  return (
    <>
      <p aria-live="polite" className="sr-only">
        {watched && !awaits ? `${words.proven}.` : ''}
      </p>
      {awaits && !polls ? <p className="text-second">{words.reload}</p> : null}
    </>
  );
}
