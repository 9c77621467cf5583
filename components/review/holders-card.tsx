import Link from 'next/link';
import type { FormAction } from '../../lib/web/action-state.ts';
import { takeover as words } from '../../lib/web/messages/takeover.ts';
import { ReasonForm } from '../form/reason-form.tsx';
import { When } from '../time/when.tsx';
import { Card } from '../ui/card.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import type { Clock } from '../ui/relative-time.ts';
import { Address } from '../whitelist/address.tsx';

export type HolderView = {
  id: string;
  href: string;
  network: string;
  account: string;
  server: string;
  since: number | null;
  suspended: boolean;
  /** Where nobody is asked now: when it was called off, and what the holder had said. */
  calledOff?: { at: number; answer: string | null } | null;
  /** Null: the holder is not asked yet. */
  asked: { until: number; answer: string | null; provenAgainAt: number | null; signIns: number } | null;
};

/** Other organisations' live entries that a request overlaps, and the takeover by which they are asked. Staff only. */
export function HoldersCard({
  holders,
  action,
  clock,
}: {
  holders: readonly HolderView[];
  /** Gets `verb` (`start_takeover` or `call_off_takeover`) and `reason`. */
  action: FormAction;
  clock: Clock;
}) {
  if (holders.length === 0) return null;
  const anyAsked = holders.some((holder) => holder.asked !== null);
  const allAsked = holders.every((holder) => holder.asked !== null);
  return (
    <Card id="holders" title={words.title} className="border-waiting-line">
      <p className="mb-4 text-second">{words.lead}</p>
      <ul className="mb-4 flex flex-col gap-4">
        {holders.map((holder) => (
          <li key={holder.id} className="border-waiting border-l-[3px] pl-3.5">
            <p>
              <Link href={holder.href} className="rounded-chip font-medium">
                <Address network={holder.network} className="text-mono" />
              </Link>{' '}
              {words.holder(holder.account, holder.server)}
            </p>
            <p className="text-second">
              {holder.since === null ? null : (
                <>
                  {words.since} <When at={holder.since} clock={clock} as="date" />
                  {holder.suspended ? `, ${words.suspended}` : ''}.
                </>
              )}
            </p>
            {holder.asked === null && holder.calledOff ? (
              <CalledOff calledOff={holder.calledOff} clock={clock} />
            ) : (
              <Asked asked={holder.asked} clock={clock} />
            )}
          </li>
        ))}
      </ul>
      {allAsked ? null : (
        <ReasonForm
          action={action}
          label={words.reason}
          hint={words.reasonHint}
          button={words.start}
          hidden={{ verb: 'start_takeover' }}
        />
      )}
      {anyAsked ? (
        <Disclosure summary={words.callOff} summaryClassName="rounded-chip">
          <div className="mt-3">
            <ReasonForm
              action={action}
              label={words.callOffReason}
              hint={words.reasonHint}
              button={words.callOff}
              hidden={{ verb: 'call_off_takeover' }}
            />
          </div>
        </Disclosure>
      ) : null}
    </Card>
  );
}

function CalledOff({ calledOff, clock }: { calledOff: { at: number; answer: string | null }; clock: Clock }) {
  return (
    <p>
      {words.wasCalledOff} <When at={calledOff.at} clock={clock} as="moment" />.{' '}
      {calledOff.answer === null ? words.wasSilent : words.said}
      {calledOff.answer === null ? null : <span className="text-second"> “{calledOff.answer}”</span>}
    </p>
  );
}

function Asked({ asked, clock }: { asked: HolderView['asked']; clock: Clock }) {
  if (asked === null) return <p>{words.notAsked}</p>;
  const over = asked.until <= clock.now;
  return (
    <>
      <p>
        {over ? words.timeOver : words.askedUntil} <When at={asked.until} clock={clock} as="moment" />.{' '}
        {asked.answer === null ? words.silent : words.says}
        {asked.answer === null ? null : <span className="text-second"> “{asked.answer}”</span>}
      </p>
      {asked.provenAgainAt === null ? null : (
        <p>
          {words.provenAgain} <When at={asked.provenAgainAt} clock={clock} />.
        </p>
      )}
      <p className="text-second">{words.lastSignIns(asked.signIns)}</p>
    </>
  );
}
