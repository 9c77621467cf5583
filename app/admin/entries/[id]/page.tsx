import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { WiderScope } from '../../../../components/review/wider-scope.tsx';
import { wishRows } from '../../../../components/review/wish-rows.ts';
import { ButtonLink } from '../../../../components/ui/button-link.tsx';
import { EntryHeader } from '../../../../components/whitelist/entry-header.tsx';
import { networkText } from '../../../../components/whitelist/entry-view.ts';
import { evaluateEntry, findEntry } from '../../../../db/queries/entries.ts';
import { isLive, isOpen } from '../../../../lib/domain/entry-lifecycle.ts';
import { clockOf } from '../../../../lib/web/clock.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { requireStaff } from '../../../../lib/web/session.ts';
import { entryTitle } from '../../../entry-title.ts';
import { EntryTraffic } from '../../../entry-traffic.tsx';
import { decisionAction } from '../../decision-actions.ts';
import { EntryAbuse } from '../../entry-abuse.tsx';
import { EntryCritical } from '../../entry-critical.tsx';
import { EntryDetails } from '../../entry-details.tsx';

const words = messages.review;

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ days?: string; events?: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return entryTitle((await params).id, messages.staff.entries.title);
}

export default async function AdminEntryPage({ params, searchParams }: Props) {
  const session = await requireStaff('manage_entries');
  const { id } = await params;
  const { days, events } = await searchParams;
  const { database } = portal();
  const row = await findEntry(database, session.viewer, id);
  if (row === undefined) notFound();
  const clock = clockOf(session);
  const found = await evaluateEntry(database, row, new Date(clock.now));
  const { entry } = found;
  const staffHolds = entry.suspensionCauses.some((cause) => cause !== 'owner');
  const ended = isLive(entry.status)
    ? null
    : isOpen(entry.status)
      ? words.decision.notActive
      : words.decision.ended;
  return (
    <>
      <EntryHeader
        network={networkText(entry.network)}
        above={entry.label ?? undefined}
        below={words.quote(row.account.name, row.server.slug, entry.purpose)}
        actions={
          isOpen(entry.status) ? (
            <ButtonLink href={paths.adminRequest(entry.id)}>{words.queue.title}</ButtonLink>
          ) : undefined
        }
      />
      <EntryDetails
        found={found}
        clock={clock}
        events={{ cursor: events, hrefOf: (query) => paths.adminEntry(entry.id, query) }}
        advice={
          isLive(entry.status) ? (
            <WiderScope
              action={decisionAction.bind(null, entry.id)}
              revision={entry.revision}
              rows={wishRows(entry, entry.widerScope ?? {})}
            />
          ) : null
        }
        background={
          entry.activatedAt === null ? null : (
            <>
              <EntryTraffic
                entryId={entry.id}
                server={row.server.slug}
                page={paths.adminEntry(entry.id)}
                period={days}
                now={clock.now}
              />
              <EntryAbuse entry={entry} clock={clock} />
            </>
          )
        }
        verbs={[
          { verb: 'suspend', variant: 'secondary', disabledReason: ended },
          {
            verb: 'restore',
            variant: 'secondary',
            disabledReason: ended ?? (staffHolds ? null : words.decision.notSuspended),
          },
          { verb: 'remove', variant: 'danger', disabledReason: ended },
        ]}
        follows={[words.decision.followsRemove]}
        aside={isLive(entry.status) || isOpen(entry.status) ? <EntryCritical entry={entry} /> : null}
      />
    </>
  );
}
