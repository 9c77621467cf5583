import { ReportForm } from '../../components/abuse/report-form.tsx';
import { SignalList } from '../../components/abuse/signal-list.tsx';
import { signalView } from '../../components/abuse/signal-view.ts';
import { StepMark } from '../../components/abuse/step-mark.tsx';
import { When } from '../../components/time/when.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Disclosure } from '../../components/ui/disclosure.tsx';
import { countedSignals, ladderPosition, listSignals } from '../../db/queries/abuse.ts';
import type { EntryRow } from '../../db/queries/entries.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { outlook } from '../../lib/domain/abuse-outlook.ts';
import { isLive } from '../../lib/domain/entry-lifecycle.ts';
import { messages } from '../../lib/web/messages.ts';
import { portal } from '../../lib/web/portal.ts';
import { reportAction, setAsideAction } from './abuse-actions.ts';

const words = messages.abuse.entry;
const MOST_SIGNALS = 100;

type Props = { entry: EntryRow; clock: { now: number; timeZone: string } };

/** What was seen of an entry, where it stands on the ladder, and a report of one's own. */
export async function EntryAbuse({ entry, clock }: Props) {
  const { database } = portal();
  const now = new Date(clock.now);
  const [{ abuse: policy }, position, signals] = await Promise.all([
    currentPolicy(database),
    ladderPosition(database, entry.id),
    listSignals(database, entry.id, MOST_SIGNALS),
  ]);
  const step = position?.step ?? 'none';
  const counted = await countedSignals(database, entry.id, position?.countsFrom ?? null, policy, now);
  const next = isLive(entry.status)
    ? outlook(policy, step, counted, now, position?.calledFor ?? undefined)
    : null;
  return (
    <Card
      id="abuse"
      title={words.title}
      aside={
        <span className="inline-flex items-center gap-2">
          {position !== undefined && step !== 'none' ? (
            <span className="text-small">
              <When at={position.since} clock={clock} />
            </span>
          ) : null}
          <StepMark step={step} />
        </span>
      }
    >
      <div className="flex flex-col gap-4">
        {next === null || counted.length === 0 ? null : (
          <p className="text-second">
            {messages.abuse.seen.next}:{' '}
            <span className="text-ink">
              {messages.abuse.seen.toNext(next.score, next.threshold, next.rung)}
            </span>
          </p>
        )}
        {position?.notDone && position.calledFor ? (
          <p className="text-waiting">
            {messages.abuse.seen.notDone[position.notDone](messages.abuse.steps[position.calledFor])}
          </p>
        ) : null}
        <SignalList
          clock={clock}
          signals={signals.map((signal) => signalView(signal, policy, position?.countsFrom ?? null, now))}
          {...(isLive(entry.status) ? { setAside: setAsideAction } : {})}
        />
        <Disclosure summary={words.report.title} summaryClassName="rounded-chip">
          <div className="mt-3">
            <ReportForm
              action={reportAction.bind(null, entry.id)}
              disabledReason={isLive(entry.status) ? null : words.report.ended}
            />
          </div>
        </Disclosure>
      </div>
    </Card>
  );
}
