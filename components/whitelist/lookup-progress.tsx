'use client';

import { Check, Minus } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { lookups } from '../../lib/web/messages/lookups.ts';
import { classNames } from '../ui/class-names.ts';
import { type LookupRow, type LookupView, secondsText } from './lookup-view.ts';
import { useFreshPage } from './use-fresh-page.ts';

const words = lookups;
const POLLING = { everyMs: 1500, longestMs: 90_000 };
const SLOW_MS = 15_000;

/**
 * Who is being asked about the address, and for how long. Brings the page up to date while that goes on and stops when
 * it has ended; without scripts it shows how far it was when the page was made. Screen readers hear each change once.
 */
export function LookupProgress({ view, now }: { view: LookupView; now: number }) {
  const busy = view.state !== 'done';
  const { elapsed, polls } = usePolling(busy, now);
  const heard = useAnnouncement(view);
  return (
    <>
      <p aria-live="polite" className="sr-only">
        {heard}
      </p>
      {busy ? (
        <section aria-labelledby="lookups-title" className="rounded-card border border-line bg-surface">
          <h2 id="lookups-title" className="border-line border-b px-5 py-3 font-semibold max-sm:px-4">
            {view.first ? words.title : words.again}
          </h2>
          {view.rows.length === 0 ? (
            <p className="px-5 py-3 text-second max-sm:px-4">{words.starting}</p>
          ) : (
            <ul className="px-5 py-2 max-sm:px-4">
              {view.rows.map((row) => (
                <Row key={row.source} row={row} now={now + elapsed} />
              ))}
            </ul>
          )}
          {view.rows.some((row) => row.state === 'asking' && now + elapsed - row.startedAt > SLOW_MS) ? (
            <p className="px-5 pb-3 text-second max-sm:px-4">{words.slow}</p>
          ) : null}
          <p className={classNames('px-5 pb-3 text-second max-sm:px-4', polls && 'hidden noscript:block')}>
            {words.reload}
          </p>
        </section>
      ) : null}
    </>
  );
}

const signs = {
  answered: <Check aria-hidden strokeWidth={2.25} className="mt-0.5 size-4 text-in-force" />,
  silent: <Minus aria-hidden strokeWidth={2.25} className="mt-0.5 size-4 text-waiting" />,
  asking: (
    <span
      aria-hidden
      className="mt-1 size-3 animate-spin rounded-full border-2 border-line-strong border-t-in-review motion-reduce:animate-none"
    />
  ),
} as const satisfies Record<LookupRow['state'], ReactNode>;

function Row({ row, now }: { row: LookupRow; now: number }) {
  const { source, state, startedAt, tookMs } = row;
  const said =
    state === 'asking'
      ? words.asking(Math.max(0, Math.floor((now - startedAt) / 1000)))
      : state === 'silent'
        ? words.silent
        : words.answered(secondsText(tookMs ?? 0));
  return (
    <li className="grid grid-cols-[1.25rem_1fr_auto] gap-x-3 py-1.5">
      {signs[state]}
      <p className="min-w-0">
        <span className="font-medium">{words.sources[source]}</span>
        <span className="text-second max-sm:sr-only">: {words.asks[source]}</span>
      </p>
      <p
        className={classNames('text-right text-small tabular-nums', state === 'asking' ? '' : 'text-second')}
      >
        {said}
      </p>
    </li>
  );
}

/** Counts the time since the page was made, and asks for it anew, as long as there is something to watch. */
function usePolling(busy: boolean, now: number): { elapsed: number; polls: boolean } {
  const [shown, setShown] = useState({ now, elapsed: 0 });
  const polls = useFreshPage(busy, POLLING);
  useEffect(() => {
    if (!busy) return;
    const since = performance.now();
    const ticking = setInterval(() => setShown({ now, elapsed: performance.now() - since }), 1000);
    return () => clearInterval(ticking);
  }, [busy, now]);
  return { elapsed: shown.now === now ? shown.elapsed : 0, polls };
}

/** What is worth saying aloud: who is asked, each time that it changes, and that it has ended where it went on before. */
function useAnnouncement(view: LookupView): string {
  const busy = view.state !== 'done';
  const [watched, setWatched] = useState(busy);
  useEffect(() => {
    if (busy) setWatched(true);
  }, [busy]);
  if (!busy) return watched ? words.announce.done : '';
  const names = view.rows.filter((row) => row.state === 'asking').map((row) => words.sources[row.source]);
  return names.length === 0 ? words.starting : words.announce.asking(names.join(', '));
}
