import type { ReactNode } from 'react';
import type { AbuseForOwner } from '../../lib/domain/abuse-for-owner.ts';
import type { RedactedSample } from '../../lib/domain/mail-values.ts';
import { abuseOwner as words } from '../../lib/web/messages/abuse-owner.ts';
import { SampleLine } from '../abuse/sample-line.tsx';
import { When } from '../time/when.tsx';
import { Card } from '../ui/card.tsx';
import type { Clock } from '../ui/relative-time.ts';

export type AbuseCardView = {
  state: AbuseForOwner['state'];
  /** Messages an hour while it is slowed down, in words. */
  rate: string | null;
  /** "3 complaints", one a kind. */
  seen: readonly string[];
  since: number | null;
  /** When the limit ends if nothing more is seen. */
  until: number | null;
  samples: readonly RedactedSample[];
};

/** What was seen of an address, for its owners: three messages to find the device by, and what to do. */
export function AbuseCard({
  view,
  clock,
  children,
}: {
  view: AbuseCardView;
  clock: Clock;
  /** What can be done about it here. */
  children?: ReactNode;
}) {
  const { state, rate, seen, since, until, samples } = view;
  const title = words.titles[state];
  return (
    <Card
      id="abuse"
      title={typeof title === 'string' ? title : title(rate ?? '')}
      className={state === 'warned' || state === 'restart' ? 'border-waiting-line' : 'border-out-line'}
    >
      <div className="flex flex-col gap-4">
        {seen.length > 0 ? (
          <div>
            <p className="text-second">
              {words.saw}
              {since === null ? null : (
                <>
                  {' '}
                  {words.since} <When at={since} clock={clock} as="moment" />
                </>
              )}
            </p>
            <ul className="mt-1 list-disc pl-5">
              {seen.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </div>
        ) : state === 'removed' ? (
          <p>{words.byPerson}</p>
        ) : null}
        {samples.length > 0 ? (
          <div className="flex flex-col gap-2">
            <p className="text-second">{words.samples(samples.length)}</p>
            {samples.map((sample) => (
              <SampleLine
                key={`${sample.at} ${sample.recipient} ${sample.subject}`}
                sample={sample}
                clock={clock}
              />
            ))}
          </div>
        ) : null}
        <p>
          {words.rule} {words.states[state]}
          {until === null ? null : (
            <>
              {' '}
              {words.until} <When at={until} clock={clock} as="moment" />.
            </>
          )}
        </p>
        <div>
          <p className="font-medium">{words.todo}</p>
          <ol className="mt-1 list-decimal pl-5">
            {[...words.steps, words.lastSteps[state]].map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </div>
        {children}
      </div>
    </Card>
  );
}
