import Link from 'next/link';
import { ReasonForm } from '../../../../../../components/form/reason-form.tsx';
import { When } from '../../../../../../components/time/when.tsx';
import { Notice } from '../../../../../../components/ui/notice.tsx';
import { AbuseCard } from '../../../../../../components/whitelist/abuse-card.tsx';
import { countedSignals, ladderPosition } from '../../../../../../db/queries/abuse.ts';
import { findAppeal } from '../../../../../../db/queries/appeals.ts';
import type { Entry } from '../../../../../../db/queries/entries.ts';
import { currentPolicy } from '../../../../../../db/queries/policy.ts';
import { abuseForOwner } from '../../../../../../lib/domain/abuse-for-owner.ts';
import { addDays } from '../../../../../../lib/domain/days.ts';
import { type EntryState, isLive, isOpen } from '../../../../../../lib/domain/entry-lifecycle.ts';
import type { FormAction } from '../../../../../../lib/web/action-state.ts';
import { abuseOwner as words } from '../../../../../../lib/web/messages/abuse-owner.ts';
import { signalWords } from '../../../../../../lib/web/messages/signals.ts';
import { paths } from '../../../../../../lib/web/paths.ts';
import { portal } from '../../../../../../lib/web/portal.ts';

type Props = {
  found: Entry;
  clock: { now: number; timeZone: string };
  appeal: { action: FormAction; disabledReason: string | null };
};

/** What was seen of abuse, for the owners; of a removed entry the appeal, of an appeal what it is about. */
export async function AbuseSection({ found, clock, appeal }: Props) {
  const { entry, server } = found;
  if (entry.appealOf !== null) {
    return (
      <>
        <Notice tone="in-review" role="note" title={words.of.title}>
          {words.of.text}{' '}
          <Link href={paths.entry(server.slug, entry.appealOf)} className="rounded-chip text-ink underline">
            {words.of.link}
          </Link>
        </Notice>
        <Seen found={found} clock={clock} appeal={appeal} />
      </>
    );
  }
  return <Seen found={found} clock={clock} appeal={appeal} />;
}

async function Seen({ found, clock, appeal }: Props) {
  const { entry } = found;
  const { database } = portal();
  const then = entry.endedAt ?? new Date(clock.now);
  const [{ abuse: policy, coolDownDays }, position] = await Promise.all([
    currentPolicy(database),
    ladderPosition(database, entry.id),
  ]);
  const signals = await countedSignals(database, entry.id, position?.countsFrom ?? null, policy, then);
  const seen = abuseForOwner(entry, position, signals, policy, then);
  if (seen === null) return null;
  return (
    <AbuseCard
      clock={clock}
      view={{
        ...seen,
        rate: seen.rate?.toLocaleString('en') ?? null,
        seen: seen.signals.map(({ what, count }) => signalWords[what](count)),
        since: seen.since?.getTime() ?? null,
        until: seen.until?.getTime() ?? null,
      }}
    >
      {seen.state === 'removed' ? (
        <Appeal
          found={found}
          clock={clock}
          appeal={appeal}
          coolDownUntil={addDays(entry.endedAt ?? then, coolDownDays)}
        />
      ) : null}
    </AbuseCard>
  );
}

async function Appeal({ found, clock, appeal, coolDownUntil }: Props & { coolDownUntil: Date }) {
  const made = await findAppeal(portal().database, found.entry.id);
  return (
    <section aria-label={words.appeal.title} className="border-line border-t pt-4">
      {made === undefined ? (
        <>
          <p className="mb-3 text-second">{words.appeal.text}</p>
          <ReasonForm
            {...appeal}
            name="statement"
            label={words.appeal.statement}
            hint={words.appeal.statementHint}
            button={words.appeal.submit}
            pendingLabel={words.appeal.pending}
            variant="primary"
          />
        </>
      ) : (
        <p>
          {words.appeal.made[outcomeOf(made.status)]}{' '}
          <Link href={paths.entry(found.server.slug, made.id)} className="rounded-chip underline">
            {words.appeal.link}
          </Link>
        </p>
      )}
      {coolDownUntil.getTime() > clock.now ? (
        <p className="mt-3 text-second text-small">
          {words.appeal.coolDown} <When at={coolDownUntil} clock={clock} as="date" />.
        </p>
      ) : null}
    </section>
  );
}

function outcomeOf(status: EntryState): keyof typeof words.appeal.made {
  if (isOpen(status)) return 'open';
  if (isLive(status)) return 'accepted';
  return status === 'rejected' ? 'rejected' : 'ended';
}
