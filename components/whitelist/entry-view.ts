import { addDays } from '../../lib/domain/days.ts';
import type { EntryState } from '../../lib/domain/entry-lifecycle.ts';
import type { EffectiveScope, ScopeWish } from '../../lib/domain/entry-scope.ts';
import type { Evaluation, Proof } from '../../lib/domain/evaluation.ts';
import { eventSentence, events as eventWords } from '../../lib/web/messages/events.ts';
import { scopeText } from '../../lib/web/messages/scope.ts';
import { statusText } from '../../lib/web/messages/status.ts';
import { time } from '../../lib/web/messages/time.ts';
import { type Clock, calendarDays, dateText, relativeText } from '../ui/relative-time.ts';
import type { DetailsView } from './details-card.tsx';
import { isInForce, statusKey } from './entry-status.ts';
import type { EntryRowView } from './entry-table.tsx';
import { type LifeLineView, lifeLine } from './life-steps.ts';
import type { NodesView } from './nodes-in-force.tsx';
import { countVerdicts } from './requirement-view.ts';
import type { ScopeView } from './scope-card.tsx';
import type { StatusView } from './status-mark.tsx';
import type { TimelineItem } from './timeline.tsx';

// From what is stored to what the pieces of a page show. The rows are taken by their shape: components know no database.

export type StoredEntry = {
  entry: {
    id: string;
    network: string;
    label: string | null;
    purpose: string;
    site: string | null;
    contact: string | null;
    provider: string | null;
    tenure: 'leased' | 'owned' | null;
    leaseEnd: string | null;
    rarelySends: boolean;
    status: EntryState;
    endCause: string | null;
    suspensionCauses: readonly string[];
    provenAt: Date | null;
    reviewRequestedAt: Date | null;
    checksCompletedAt: Date | null;
    reviewBy: Date | null;
    activatedAt: Date | null;
    endedAt: Date | null;
    createdAt: Date;
    revision: number;
    /** What is asked for and not decided. */
    widerScope: ScopeWish | null;
    inheritedAt: Date | null;
    responsibilityAcceptedAt: Date | null;
  };
  standing: {
    reason: string;
    expiresAt: Date | null;
    scope: EffectiveScope;
  };
  server: { slug: string };
  account: { name: string; slug: string };
  /** Where nothing has come from it for so long that it is told. */
  silence?: SilenceView | undefined;
};

export type SilenceView = { since: Date; endsAt: Date };

/** `heldBack`: entries that the node refuses since a restore, until staff confirm them. */
export type NodeRevision = { name: string; revision: number; heldBack: readonly string[] };

/** A network as people write it: a single address without its prefix length. */
export function networkText(cidr: string): string {
  return cidr.replace(cidr.includes(':') ? /\/128$/ : /\/32$/, '');
}

export function statusView(stored: StoredEntry, nodes: readonly NodeRevision[], clock: Clock): StatusView {
  const { entry, standing } = stored;
  const key = statusKey(
    {
      status: entry.status,
      reason: standing.reason,
      endCause: entry.endCause,
      suspensionCauses: entry.suspensionCauses,
      provenAt: entry.provenAt?.getTime() ?? null,
      reviewRequestedAt: entry.reviewRequestedAt?.getTime() ?? null,
      reviewBy: entry.reviewBy?.getTime() ?? null,
      expiresAt: standing.expiresAt?.getTime() ?? null,
      silent: stored.silence !== undefined,
      heldBack: nodes.some((node) => node.heldBack.includes(entry.id)),
    },
    clock.now,
  );
  if (key === 'silent' && stored.silence !== undefined) {
    return { key, detail: statusText.silent(dateText(stored.silence.since.getTime(), clock, time)) };
  }
  if (isInForce(key) && nodes.length > 0) {
    const following = nodes.filter((node) => node.revision >= entry.revision).length;
    const daysLeft = entry.reviewBy === null ? undefined : calendarDays(entry.reviewBy.getTime(), clock);
    return {
      key,
      detail:
        sandboxEnd(standing.scope, clock) === null
          ? statusText.nodes(following, nodes.length)
          : statusText.sandbox,
      ...(key === 'renew_soon' ? { daysLeft } : {}),
    };
  }
  if (key === 'waiting_for_proof') {
    return { key, detail: statusText.asked(relativeText(entry.createdAt.getTime(), clock, time)) };
  }
  if (entry.endedAt !== null) return { key, detail: relativeText(entry.endedAt.getTime(), clock, time) };
  return { key };
}

export type RowTraffic = { lastMessageAt: Date | null; week: readonly number[] | null };

const noTraffic: RowTraffic = { lastMessageAt: null, week: null };

export function entryRowView(
  stored: StoredEntry,
  row: {
    href: string;
    nodes: readonly NodeRevision[];
    clock: Clock;
    spans: { servers?: boolean; accounts?: boolean };
    traffic: RowTraffic | undefined;
  },
): EntryRowView {
  const { entry, server, account } = stored;
  const { href, nodes, clock, spans, traffic = noTraffic } = row;
  return {
    id: entry.id,
    href,
    network: networkText(entry.network),
    name: entry.label ?? entry.purpose,
    ...(spans.servers ? { server: server.slug } : {}),
    ...(spans.accounts ? { account: account.name } : {}),
    status: statusView(stored, nodes, clock),
    lastMessageAt: traffic.lastMessageAt?.getTime() ?? null,
    week: entry.activatedAt === null ? null : traffic.week,
    reviewBy: entry.reviewBy?.getTime() ?? null,
    ended: entry.endedAt !== null,
  };
}

export function lifeLineView(
  stored: StoredEntry,
  life: {
    evaluations: readonly Pick<Evaluation, 'verdict'>[];
    proofs: readonly Proof[];
    requestedBy: string | null;
    nodes: readonly NodeRevision[];
  },
  clock: Clock,
): LifeLineView {
  const { entry } = stored;
  const { evaluations, proofs, requestedBy, nodes } = life;
  const counts = countVerdicts(evaluations);
  const valid = proofs.filter((proof) => proof.withdrawnAt === null).at(-1);
  return lifeLine(
    {
      status: entry.status,
      statusKey: statusView(stored, nodes, clock).key,
      requestedAt: entry.createdAt.getTime(),
      requestedBy,
      met: counts.pass,
      total: counts.total,
      checksCompletedAt: entry.checksCompletedAt?.getTime() ?? null,
      proof:
        entry.provenAt === null || valid === undefined
          ? null
          : { method: valid.method, at: entry.provenAt.getTime() },
      reviewRequestedAt: entry.reviewRequestedAt?.getTime() ?? null,
      activatedAt: entry.activatedAt?.getTime() ?? null,
      endedAt: entry.endedAt?.getTime() ?? null,
      awaitsOwner:
        entry.endedAt === null && entry.activatedAt === null && entry.responsibilityAcceptedAt === null,
      overdue: entry.reviewBy !== null && entry.reviewBy.getTime() <= clock.now,
    },
    clock,
  );
}

/** When the sandbox ends; null: mail is delivered. */
function sandboxEnd(scope: StoredEntry['standing']['scope'], clock: Clock): number | null {
  const until = scope.sandbox_until === null ? Number.NaN : Date.parse(scope.sandbox_until);
  return scope.mode === 'sandbox' && until > clock.now ? until : null;
}

export function scopeView({ entry, standing: { scope } }: StoredEntry, clock: Clock): ScopeView {
  const until = sandboxEnd(scope, clock);
  return {
    senderDomains: scope.sender_domains,
    recipientDomains: scope.recipient_domains,
    messagesPerHour: scope.messages_per_hour,
    recipientsPerMessage: scope.recipients_per_message,
    tls: scope.tls,
    messageBytes: scope.message_bytes,
    rarelySends: entry.rarelySends,
    sandboxUntil: until === null ? null : relativeText(until, clock, time),
    wish: entry.widerScope === null ? null : scopeText(entry.widerScope),
  };
}

export function detailsView(
  { entry, server }: StoredEntry,
  tenureWords: Record<'leased' | 'owned', string>,
): DetailsView {
  return {
    purpose: entry.purpose,
    server: server.slug,
    site: entry.site,
    contact: entry.contact,
    provider: entry.provider,
    tenure: entry.tenure === null ? null : tenureWords[entry.tenure],
    leaseEnd: entry.leaseEnd,
  };
}

/**
 * In words, and why it is then: the lease, the yearly look, that nobody stands for it, or that it has passed.
 * @param sponsorLeft whether the owner who stood for it has left the account
 * @param lateRenewalDays for so long after the date it can still be renewed
 */
export function reviewByView(
  { entry }: StoredEntry,
  sponsorLeft: boolean,
  lateRenewalDays: number,
  clock: Clock,
) {
  if (entry.reviewBy === null || entry.endedAt !== null) return null;
  const at = entry.reviewBy.getTime();
  const leaseEnds = entry.leaseEnd !== null && new Date(entry.leaseEnd).getTime() === at;
  const neverConfirmed = entry.inheritedAt !== null && entry.responsibilityAcceptedAt === null;
  const why =
    at <= clock.now
      ? ('overdue' as const)
      : neverConfirmed
        ? ('inherited' as const)
        : sponsorLeft
          ? ('sponsor' as const)
          : leaseEnds
            ? ('lease' as const)
            : ('yearly' as const);
  const lateUntil = addDays(entry.reviewBy, lateRenewalDays).getTime();
  return { date: dateText(at, clock, time), why, lateUntil: dateText(lateUntil, clock, time) };
}

export function timelineView(
  rows: readonly {
    id: string;
    at: Date;
    kind: string;
    actorKind: 'person' | 'staff' | 'system' | 'platform' | 'node';
    actorName: string | null;
    content: Record<string, unknown>;
  }[],
): TimelineItem[] {
  return rows
    .map((row) => {
      const fallback =
        row.actorKind === 'person' ? eventWords.actors.erased : eventWords.actors[row.actorKind];
      return {
        id: row.id,
        at: row.at.getTime(),
        sentence: eventSentence(row.kind, row.content, row.actorName ?? fallback),
      };
    })
    .reverse();
}

export function nodesView(enforcement: {
  nodes: readonly { name: string; enforced: boolean }[];
  slowestMs: number | null;
}): NodesView {
  return { nodes: enforcement.nodes, slowestMs: enforcement.slowestMs };
}
