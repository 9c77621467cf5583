import Link from 'next/link';
import { SignalList } from '../../../../components/abuse/signal-list.tsx';
import { signalView } from '../../../../components/abuse/signal-view.ts';
import { When } from '../../../../components/time/when.tsx';
import { Card } from '../../../../components/ui/card.tsx';
import { ladderPosition, listSignals } from '../../../../db/queries/abuse.ts';
import type { Entry } from '../../../../db/queries/entries.ts';
import { currentPolicy } from '../../../../db/queries/policy.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';

const words = messages.abuse.entry.appealOf;
const MOST_SIGNALS = 20;

/** What an appeal is about: the removal, and what was seen before it, weighed as it was then. */
export async function AppealOf({
  removed,
  clock,
}: {
  removed: Entry;
  clock: { now: number; timeZone: string };
}) {
  const { database } = portal();
  const { entry } = removed;
  const then = entry.endedAt ?? new Date(clock.now);
  const [{ abuse: policy }, position, signals] = await Promise.all([
    currentPolicy(database),
    ladderPosition(database, entry.id),
    listSignals(database, entry.id, MOST_SIGNALS),
  ]);
  return (
    <Card
      id="appeal"
      title={words.title}
      aside={<When at={then} clock={clock} />}
      className="border-waiting-line"
    >
      <p className="mb-3">
        {words.text}{' '}
        <Link href={paths.adminEntry(entry.id)} className="rounded-chip underline">
          {words.link}
        </Link>
      </p>
      {signals.length === 0 ? (
        <p className="text-second">{words.nothing}</p>
      ) : (
        <SignalList
          clock={clock}
          signals={signals.map((signal) => signalView(signal, policy, position?.countsFrom ?? null, then))}
        />
      )}
      <p className="mt-3 text-second text-small">{words.approving}</p>
    </Card>
  );
}
