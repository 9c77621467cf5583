'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';

/**
 * Asks for the page anew, as long as there is something to watch and somebody looks. Says whether it still does: nobody
 * polls for ever, and who comes back to the page starts it again.
 */
export function useFreshPage(
  watches: boolean,
  { everyMs, longestMs }: { everyMs: number; longestMs: number },
) {
  const router = useRouter();
  const [polls, setPolls] = useState(true);
  useEffect(() => {
    if (!watches) return;
    let since = performance.now();
    let over = false;
    const polling = setInterval(() => {
      if (over || document.visibilityState !== 'visible') return;
      over = performance.now() - since > longestMs;
      if (over) setPolls(false);
      else router.refresh();
    }, everyMs);
    const begin = () => {
      if (document.visibilityState !== 'visible') return;
      since = performance.now();
      over = false;
      setPolls(true);
      router.refresh();
    };
    document.addEventListener('visibilitychange', begin);
    return () => {
      clearInterval(polling);
      document.removeEventListener('visibilitychange', begin);
    };
  }, [watches, router, everyMs, longestMs]);
  return polls;
}
