import type { Database } from '../../db/client.ts';
import { type EntryRow, entryOfNetwork, findServer } from '../../db/queries/entries.ts';
import { loadEntryFacts } from '../../db/queries/entry-facts.ts';
import { belongsTo } from '../../db/queries/people.ts';
import { currentPolicy } from '../../db/queries/policy.ts';
import { entries } from '../../db/schema.ts';
import { addDays } from '../domain/days.ts';
import { openStates } from '../domain/entry-lifecycle.ts';
import type { ScopeWish } from '../domain/entry-scope.ts';
import type { FactValue, Requirement } from '../domain/evaluation.ts';
import { formatNetwork, parseNetwork } from '../domain/network.ts';
import { mayAsStaff, mayInAccount } from '../domain/permissions.ts';
import { termsVersion } from '../domain/policy.ts';
import { certainFailure, evaluateRequirements } from '../domain/requirements.ts';
import { isUniqueError } from './move-entry.ts';
import { notifyOwners } from './notify.ts';
import { recordEvent } from './record-event.ts';
import { checkScope } from './requested-scope.ts';
import { type Actor, type Refusal, type Result, refuse } from './result.ts';
import { takeAttempt, throttle } from './throttle.ts';

const EXCERPT_CHARACTERS = 100;

export type EntryRequest = {
  server: string;
  network: string;
  purpose: string;
  attestations: { static: boolean; dedicated: boolean; responsible: boolean };
  label?: string | null;
  site?: string | null;
  contact?: string | null;
  provider?: string | null;
  tenure?: 'leased' | 'owned' | null;
  /** `YYYY-MM-DD` */
  leaseEnd?: string | null;
  rarelySends?: boolean;
  scope?: ScopeWish;
};

export type RequestEntry = {
  database: Database;
  actor: Actor;
  request: EntryRequest;
  /** Staff asks for the account: an owner has to confirm before anything is decided. */
  onBehalf?: boolean;
  now: Date;
};

/**
 * Takes a request for a network of one server. What is certain to fail is refused here with its requirement, and the
 * refusal is an event too; everything else waits for evidence, proof and a person. An account that asks and withdraws
 * without end is refused, code `throttled`.
 */
export async function requestEntry({
  database,
  actor,
  request,
  onBehalf = false,
  now,
}: RequestEntry): Promise<Result<{ entry: EntryRow }>> {
  if (actor.viewer === null) return refuse.notFound();
  const viewer = actor.viewer;
  const found = await findServer(database, viewer, request.server);
  if (found === undefined) return refuse.notFound();
  const { server, account } = found;
  const ability = onBehalf ? 'request_on_behalf' : 'request_entry';
  const may = onBehalf
    ? mayAsStaff(viewer, 'request_on_behalf')
    : mayInAccount(viewer, account.id, 'request_entry');
  if (!may) return refuse.notAllowed(ability);
  // For their own account they ask as anybody of it does, within its bounds.
  if (onBehalf && (await belongsTo(database, viewer.personId, account.id))) {
    return { ok: false, code: 'own_account' };
  }

  /** Notes why it is refused; what comes too often is refused for that, and is no event. */
  const refused = async (
    why: { requirement: Requirement; reason: string } | { field: string; reason: string },
  ): Promise<Refusal | null> => {
    const attempt = onBehalf
      ? ({ ok: true } as const)
      : await takeAttempt(database, throttle('refused_requests', account.id), now);
    if (!attempt.ok) return attempt;
    await recordEvent(database, actor, {
      kind: 'request_refused',
      accountId: account.id,
      serverId: server.id,
      content: { network: excerpt(request.network), ...why },
    });
    return null;
  };
  const failed = async (
    requirement: Requirement,
    reason: string,
    facts: Record<string, FactValue>,
    suggestions: string[] = [],
  ): Promise<Result<never>> => {
    const tooOften = await refused({ requirement, reason });
    if (tooOften !== null) return tooOften;
    return {
      ok: false,
      code: 'requirement_failed',
      requirement,
      reason,
      facts,
      suggestions,
      overridable: false,
    };
  };

  // Nothing could come of it. What is suspended may come back, so there one may ask meanwhile.
  const cancelled = [account, server].find((one) => one.status === 'cancelled');
  if (cancelled !== undefined) {
    return failed('paid_subscription', cancelled === account ? 'account_cancelled' : 'server_cancelled', {});
  }
  const parsed = parseNetwork(request.network);
  if (!parsed.ok) {
    return failed('valid_network', parsed.code, { input: excerpt(request.network) }, [...parsed.suggestions]);
  }
  const network = formatNetwork(parsed.network);
  const open = await entryOfNetwork(database, account.id, network, openStates);
  if (open !== undefined) {
    return { ok: false, code: 'already_requested', entryId: open.id, server: open.server };
  }

  if (!request.attestations.responsible) return failed('responsibility', 'not_accepted', {});
  const accepts = !onBehalf && mayInAccount(viewer, account.id, 'accept_responsibility');
  const facts = await loadEntryFacts(
    database,
    {
      entryId: null,
      accountId: account.id,
      serverId: server.id,
      network: parsed.network,
      attestedStatic: request.attestations.static,
      attestedDedicated: request.attestations.dedicated,
      leaseEnd: request.leaseEnd ?? null,
      responsibility: accepts ? { acceptedAt: now, termsVersion } : null,
      proofGeneration: 1,
      createdAt: null,
    },
    now,
  );
  const failure = certainFailure(evaluateRequirements(facts, await currentPolicy(database), now));
  if (failure !== null)
    return failed(failure.requirement, failure.reason, failure.facts, suggestNarrower(failure));

  const scope = await checkScope(database, server.id, request.scope ?? {});
  if (!scope.ok) {
    const { code } = scope;
    const tooOften = code === 'invalid' ? await refused({ field: scope.field, reason: scope.reason }) : null;
    return tooOften ?? scope;
  }
  if (!onBehalf) {
    // What was withdrawn no longer counts against the plan.
    const limit = throttle('account_requests', account.id);
    const attempt = await takeAttempt(database, limit, now, 2 * (facts.subscription?.mostEntries ?? 0));
    if (!attempt.ok) return attempt;
  }
  try {
    return await database.transaction(async (transaction) => {
      const [entry] = await transaction
        .insert(entries)
        .values({
          accountId: account.id,
          serverId: server.id,
          network,
          status: 'pending',
          purpose: request.purpose,
          label: request.label ?? null,
          site: request.site ?? null,
          contact: request.contact ?? null,
          provider: request.provider ?? null,
          tenure: request.tenure ?? null,
          leaseEnd: request.leaseEnd ?? null,
          rarelySends: request.rarelySends ?? false,
          // Staff declares nothing for anybody: the owner who confirms does.
          attestedStatic: !onBehalf && request.attestations.static,
          attestedDedicated: !onBehalf && request.attestations.dedicated,
          ...scope.columns,
          requestedBy: viewer.personId,
          requestedByStaff: onBehalf,
          sponsorId: accepts ? viewer.personId : null,
          responsibilityAcceptedBy: accepts ? viewer.personId : null,
          responsibilityAcceptedAt: accepts ? now : null,
          termsVersion: accepts ? termsVersion : null,
          createdAt: now,
          updatedAt: now,
        })
        .returning();
      if (entry === undefined) throw new Error('the insert of an entry returned no row');
      await recordEvent(transaction, actor, {
        kind: 'requested',
        accountId: account.id,
        entryId: entry.id,
        serverId: server.id,
        content: { network, purpose: request.purpose, terms: accepts ? termsVersion : null },
      });
      const { awaitDays } = await currentPolicy(transaction);
      await notifyOwners(transaction, {
        kind: 'received',
        accountId: account.id,
        entryId: entry.id,
        values: {
          purpose: request.purpose,
          needsOwner: !accepts,
          endsAt: addDays(now, awaitDays).toISOString(),
        },
        // Owners have to act where a member asked: nothing to keep for tomorrow's digest.
        atOnce: !accepts,
        now,
      });
      return { ok: true, entry };
    });
  } catch (error) {
    // Somebody of the same account asked for it in the same moment.
    if (isUniqueError(error, 'entries_one_open_request'))
      return requestEntry({ database, actor, request, onBehalf, now });
    throw error;
  }
}

/** Enough of what was typed to be recognised, in whole characters: half of one could not be stored. */
function excerpt(text: string): string {
  return Array.from(text.slice(0, 2 * EXCERPT_CHARACTERS))
    .slice(0, EXCERPT_CHARACTERS)
    .join('');
}

/** Where the network is only too wide, its single first address may do. */
function suggestNarrower(failure: { reason: string; facts: Record<string, FactValue> }): string[] {
  if (failure.reason !== 'too_wide' || typeof failure.facts.network !== 'string') return [];
  const [address, prefix] = failure.facts.network.split('/');
  return prefix === undefined || address === undefined ? [] : [`${address}/${failure.facts.widest}`];
}
