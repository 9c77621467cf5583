import Link from 'next/link';
import type { FormAction } from '../../lib/web/action-state.ts';
import { abuse } from '../../lib/web/messages/abuse.ts';
import { paths } from '../../lib/web/paths.ts';
import { ConfirmAction } from '../form/confirm-action.tsx';
import { When } from '../time/when.tsx';
import type { Clock } from '../ui/relative-time.ts';
import { SampleLine } from './sample-line.tsx';
import type { SignalView } from './signal-view.ts';

const words = abuse.entry;

/** What was seen of one entry, newest first: the evidence, what it weighs now, and a way to set it aside. */
export function SignalList({
  signals,
  clock,
  setAside,
}: {
  signals: readonly SignalView[];
  clock: Clock;
  /** Gets `signal` and `reason`; left out where nothing can be set aside any more. */
  setAside?: FormAction;
}) {
  if (signals.length === 0) return <p className="text-second">{words.none}</p>;
  return (
    <ul aria-label={words.caption} className="flex flex-col divide-y divide-line">
      {signals.map((signal) => (
        <li
          key={signal.id}
          className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 py-3 first:pt-0 last:pb-0"
        >
          <div className="flex min-w-0 flex-1 basis-64 flex-col gap-1">
            <p className={signal.fades === null ? 'text-second' : 'font-medium'}>{signal.what}</p>
            <p className="text-second text-small">
              <When at={signal.at} clock={clock} />
              {signal.facts === '' ? null : `, ${signal.facts}`}
              {signal.reportId === null ? null : (
                <>
                  {', '}
                  <Link href={paths.adminReport(signal.reportId)} className="rounded-chip underline">
                    {words.theReport}
                  </Link>
                </>
              )}
            </p>
            {signal.quote === null ? null : (
              <p className="text-small [overflow-wrap:anywhere]">“{signal.quote}”</p>
            )}
            {signal.sample === null ? null : <SampleLine sample={signal.sample} clock={clock} />}
            {signal.setAside === null ? null : (
              <p className="text-second text-small">{words.wasSetAside(signal.setAside)}</p>
            )}
          </div>
          <div className="flex flex-col items-end gap-1.5">
            <p className="text-right text-small tabular-nums">
              {signal.fades === null ? (
                <span className="text-second">{words.countsNoMore}</span>
              ) : (
                <>
                  {words.weighsNow(signal.weighs, signal.weighed)}
                  <span className="block text-second">{signal.fades}</span>
                </>
              )}
            </p>
            {setAside === undefined || signal.setAside !== null ? null : (
              <ConfirmAction
                action={setAside}
                label={words.setAside}
                title={words.setAsideTitle}
                text={words.setAsideText}
                reasonLabel={words.reason}
                reasonRequired
                variant="secondary"
                size="small"
                hidden={{ signal: signal.id }}
              />
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
