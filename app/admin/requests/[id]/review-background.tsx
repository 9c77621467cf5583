import { BackgroundCard, type BackgroundView } from '../../../../components/review/background-card.tsx';
import { RangeCard } from '../../../../components/review/range-card.tsx';
import { SightingsCard } from '../../../../components/review/sightings-card.tsx';
import { SourceAnswers } from '../../../../components/review/source-answers.tsx';
import { Card } from '../../../../components/ui/card.tsx';
import { networkText } from '../../../../components/whitelist/entry-view.ts';
import { newestAnswers } from '../../../../db/queries/decisions.ts';
import type { EvaluatedEntry } from '../../../../db/queries/entries.ts';
import {
  addressHistory,
  type BackgroundEntry,
  otherEntriesOfAccount,
  signInsFrom,
} from '../../../../db/queries/review-background.ts';
import { blastRadius } from '../../../../lib/domain/blast-radius.ts';
import { isOpen } from '../../../../lib/domain/entry-lifecycle.ts';
import { parseNetwork } from '../../../../lib/domain/network.ts';
import { messages } from '../../../../lib/web/messages.ts';
import { paths } from '../../../../lib/web/paths.ts';
import { portal } from '../../../../lib/web/portal.ts';
import { answerView } from '../../decisions.tsx';

const words = messages.reviewBackground;

type Props = { found: EvaluatedEntry; clock: { now: number; timeZone: string } };

/** The address with anybody, the account's other addresses, and what a range would let in. */
export async function ReviewBackground({ found, clock }: Props) {
  const { database } = portal();
  const { entry, facts, policy } = found;
  const [history, others, signIns, answers] = await Promise.all([
    addressHistory(database, entry),
    otherEntriesOfAccount(database, entry),
    signInsFrom(database, entry, new Date(clock.now)),
    newestAnswers(database, entry.id),
  ]);
  const parsed = parseNetwork(facts.network.text);
  const range = parsed.ok ? blastRadius(parsed.network, facts.evidence, policy.listCodes) : null;
  return (
    <>
      {range === null ? null : (
        <RangeCard
          range={{
            ...range,
            addresses: range.addresses.toLocaleString('en'),
            hosts: range.hosts.toLocaleString('en'),
          }}
        />
      )}
      <SightingsCard
        rows={signIns.map(({ accountId, slug, last, ...row }) => ({
          ...row,
          href: paths.adminAccount(slug),
          own: accountId === entry.accountId,
          last: Date.parse(last),
        }))}
        clock={clock}
      />
      <div className="grid gap-4 md:grid-cols-2">
        <BackgroundCard
          id="history"
          title={words.history.title}
          none={words.history.none}
          rows={history.map((each) => viewOf(each, true))}
          clock={clock}
        />
        <BackgroundCard
          id="others"
          title={words.account.title}
          none={words.account.none}
          rows={others.map((each) => viewOf(each, false))}
          clock={clock}
        />
      </div>
      <Card id="answers" title={words.answers.title}>
        <SourceAnswers answers={answers.map(answerView)} clock={clock} />
      </Card>
    </>
  );
}

function viewOf(row: BackgroundEntry, withAccount: boolean): BackgroundView {
  return {
    id: row.id,
    href: isOpen(row.status) ? paths.adminRequest(row.id) : paths.adminEntry(row.id),
    network: networkText(row.network),
    account: withAccount ? row.account : null,
    status: row.status,
    endCause: row.endCause,
    at: (row.endedAt ?? row.activatedAt ?? row.createdAt).getTime(),
    reason: row.reason,
  };
}
