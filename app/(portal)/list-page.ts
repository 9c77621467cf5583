import { type Clock, dateText } from '../../components/ui/relative-time.ts';
import type { EntryRowView } from '../../components/whitelist/entry-table.tsx';
import { entryRowView, networkText } from '../../components/whitelist/entry-view.ts';
import type { WaitingView } from '../../components/whitelist/waiting-banner.tsx';
import { type MissingDomain, missingDomainsOf } from '../../db/queries/domains.ts';
import { type EntryFilter, isCursor, listEntries } from '../../db/queries/entries.ts';
import { nodeRevisions, openQuestions } from '../../db/queries/events.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { lostProofAmong } from '../../db/queries/proof-candidates.ts';
import { type DueRenewal, MOST_DUE } from '../../db/queries/renewals.ts';
import type { LiveSession } from '../../db/queries/sessions.ts';
import { withSilence } from '../../db/queries/silence.ts';
import { type OwnershipQuestion, ownershipQuestions } from '../../db/queries/takeovers.ts';
import { rowTraffic } from '../../db/queries/traffic.ts';
import { addDays } from '../../lib/domain/days.ts';
import { formatNetwork, parseNetwork } from '../../lib/domain/network.ts';
import { mayInAccount, roleIn } from '../../lib/domain/permissions.ts';
import { storable } from '../../lib/domain/storable.ts';
import { daysOf } from '../../lib/domain/traffic-series.ts';
import { clockOf } from '../../lib/web/clock.ts';
import { messages } from '../../lib/web/messages.ts';
import { paths } from '../../lib/web/paths.ts';
import { portal } from '../../lib/web/portal.ts';
import { proofAddressOf } from '../../lib/web/proof-address.ts';
import { dueRenewals } from './due-renewals.ts';

const PAGE_SIZE = 50;

export type ListPage = {
  rows: EntryRowView[];
  waiting: WaitingView[];
  nextCursor: string | null;
  clock: { now: number; timeZone: string };
};

/** What the address of a list names: where it goes on, and what is looked for in it. */
export type ListQuery = { cursor?: string; q?: string | string[] };

/** What is looked for, as PostgreSQL takes it; empty: nothing. */
export function lookedFor({ q }: ListQuery): string {
  return storable([q ?? ''].flat()[0] ?? '').trim();
}

/** An address finds what covers it; anything else is looked for in what entries are called. */
function foundBy(text: string): EntryFilter {
  if (text === '') return {};
  const network = parseNetwork(text);
  return network.ok ? { address: formatNetwork(network.network) } : { called: text };
}

/** One page of entries with what waits for this person above it. */
export async function loadListPage(
  session: LiveSession,
  filter: EntryFilter,
  asked: ListQuery,
  spanServers: boolean,
): Promise<ListPage> {
  const { database } = portal();
  const { cursor } = asked;
  const clock = clockOf(session);
  const page = { limit: PAGE_SIZE, ...(cursor !== undefined && isCursor(cursor) ? { cursor } : {}) };
  const [{ rows, nextCursor }, nodes] = await Promise.all([
    listEntries(
      database,
      { ...session.viewer, staffRole: null },
      { ...filter, ...foundBy(lookedFor(asked)) },
      page,
    ),
    nodeRevisions(database),
  ]);
  const questions = await openQuestions(
    database,
    rows.filter((row) => row.entry.status === 'waiting').map((row) => row.entry.id),
  );
  const shown = await withSilence(database, rows, new Date(clock.now));
  const lost = await lostProofAmong(
    database,
    rows.map((row) => row.entry.id),
  );
  const traffic = await rowTraffic(
    database,
    rows.map((row) => row.entry.id),
    daysOf(7, new Date(clock.now)),
  );
  const views = shown.map((row) => ({
    row,
    view: entryRowView(row, {
      href: paths.entry(row.server.slug, row.entry.id),
      nodes,
      clock,
      spans: { servers: spanServers },
      traffic: traffic.get(row.entry.id),
    }),
  }));
  const waiting = views.flatMap(({ row, view }): WaitingView[] => {
    const { entry } = row;
    const role = roleIn(session.viewer, entry.accountId);
    const base = { id: entry.id, name: entry.label ?? view.network, href: view.href };
    if (role === 'viewer') return [];
    if (entry.status === 'waiting') {
      return mayInAccount(session.viewer, entry.accountId, 'answer_question')
        ? [{ ...base, kind: 'question', question: questions.get(entry.id) ?? '' }]
        : [];
    }
    if (['pending', 'in_review'].includes(entry.status) && entry.responsibilityAcceptedAt === null) {
      return role === 'owner' ? [{ ...base, kind: 'confirm', byStaff: entry.requestedByStaff }] : [];
    }
    if (lost.has(entry.id)) return [{ ...base, kind: 'proof_lost' }];
    if (view.status.key === 'waiting_for_proof') {
      return [
        {
          ...base,
          kind: 'proof',
          network: networkText(entry.network),
          proofAddress: proofAddressOf(entry),
        },
      ];
    }
    return [];
  });
  const due = await dueRenewals(session.viewer, new Date(clock.now));
  const renewals = due.filter(
    (renewal) =>
      mayInAccount(session.viewer, renewal.accountId, 'renew_entry') &&
      (filter.serverId === undefined || filter.serverId === renewal.serverId),
  );
  const questioned = (await ownershipQuestions(database, { ...session.viewer, staffRole: null })).filter(
    (question) =>
      mayInAccount(session.viewer, question.accountId, 'answer_question') &&
      (filter.serverId === undefined || filter.serverId === question.serverId) &&
      question.objection === null &&
      question.provenAgainAt === null,
  );
  const { serverId } = filter;
  const missing = await missingDomainsOf(database, session.viewer, { serverId, limit: PAGE_SIZE });
  waiting.push(
    ...questioned.map((question) => ownershipWaiting(question, clock)),
    ...missing.map((domain) => domainWaiting(domain, clock)),
  );
  const { lateRenewalDays } = await currentPolicy(database);
  waiting.push(...renewalsWaiting(renewals, due.length === MOST_DUE, lateRenewalDays, clock));
  return { rows: views.map(({ view }) => view), waiting, nextCursor, clock };
}

function ownershipWaiting(question: OwnershipQuestion, clock: Clock): WaitingView {
  return {
    kind: 'ownership',
    id: `ownership-${question.entryId}`,
    name: question.label ?? networkText(question.network),
    date: dateText(question.until.getTime(), clock, messages.time),
    over: question.until.getTime() <= clock.now,
    href: paths.entry(question.server, question.entryId),
  };
}

function domainWaiting({ id, domain, server, endsAt }: MissingDomain, clock: Clock): WaitingView {
  return {
    kind: 'domain',
    id,
    name: domain,
    date: dateText(endsAt.getTime(), clock, messages.time),
    href: paths.serverDomains(server),
  };
}

/** One is named, several lead to the list in which they are renewed at once. */
function renewalsWaiting(
  renewals: readonly DueRenewal[],
  more: boolean,
  lateRenewalDays: number,
  clock: Clock,
): WaitingView[] {
  const [first, second] = renewals;
  if (first === undefined) return [];
  if (second !== undefined) {
    const overdue = renewals.filter(({ reviewBy }) => reviewBy.getTime() <= clock.now).length;
    const href = paths.accountRenewals();
    return [{ kind: 'renew_many', id: 'renewals', count: renewals.length, more, overdue, href }];
  }
  const network = networkText(first.network);
  const overdue = first.reviewBy.getTime() <= clock.now;
  const until = overdue ? addDays(first.reviewBy, lateRenewalDays) : first.reviewBy;
  return [
    {
      kind: 'renew',
      id: first.id,
      name: first.label ?? network,
      date: dateText(until.getTime(), clock, messages.time),
      overdue,
      href: paths.entry(first.server, first.id),
    },
  ];
}
