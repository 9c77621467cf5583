import { type SeenRowView, SeenTable } from '../../../components/abuse/seen-table.tsx';
import { MorePages } from '../../../components/shell/more-pages.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { networkText } from '../../../components/whitelist/entry-view.ts';
import { pageOfSeen } from '../../../db/queries/abuse-desk.ts';
import { currentPolicy } from '../../../db/queries/policy.ts';
import { outlook } from '../../../lib/domain/abuse-outlook.ts';
import { summariseSignals } from '../../../lib/domain/abuse-summary.ts';
import { signalWords } from '../../../lib/web/messages/signals.ts';
import { messages } from '../../../lib/web/messages.ts';
import { staffTitle } from '../../../lib/web/page-title.ts';
import { paths } from '../../../lib/web/paths.ts';
import { portal } from '../../../lib/web/portal.ts';
import { requireStaff } from '../../../lib/web/session.ts';
import { DeskHeader } from './desk-header.tsx';

const words = messages.abuse;
const PAGE_SIZE = 100;

export const generateMetadata = staffTitle(words.title, 'handle_abuse');

export default async function AbusePage({ searchParams }: { searchParams: Promise<{ cursor?: string }> }) {
  await requireStaff('handle_abuse');
  const { cursor } = await searchParams;
  const { database } = portal();
  const now = new Date();
  const { abuse: policy } = await currentPolicy(database);
  const seen = await pageOfSeen(database, policy, now, { limit: PAGE_SIZE, cursor });
  const rows = seen.rows
    .map(({ position, signals, ...entry }): SeenRowView => {
      const step = position?.step ?? 'none';
      return {
        id: entry.entryId,
        href: `${paths.adminEntry(entry.entryId)}#abuse`,
        network: networkText(entry.network),
        label: entry.label,
        account: entry.account,
        server: entry.server,
        step,
        notDone:
          position?.notDone && position.calledFor
            ? { why: position.notDone, rung: position.calledFor }
            : null,
        seen: summariseSignals(signals)
          .map(({ what, count }) => signalWords[what](count))
          .join(', '),
        next: outlook(policy, step, signals, now, position?.calledFor ?? undefined),
      };
    })
    .sort((one, other) => urgency(other) - urgency(one));
  return (
    <>
      <DeskHeader tab="seen" title={words.title} lead={words.lead} />
      {policy.mode === 'observe' ? (
        <Notice tone="waiting" title={words.observing.title}>
          {words.observing.text}
        </Notice>
      ) : null}
      <SeenTable rows={rows} />
      <MorePages
        nextHref={seen.nextCursor === null ? null : paths.adminAbuse({ cursor: seen.nextCursor })}
        firstHref={cursor === undefined ? null : paths.adminAbuse()}
      />
    </>
  );
}

/** What a person is called for comes first, then what is nearest to its next step. */
function urgency({ notDone, next }: SeenRowView): number {
  const called = notDone === null ? 0 : 1000;
  return called + (next === null ? 0 : next.score / next.threshold);
}
