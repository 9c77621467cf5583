import type { EvaluatedEntry } from '../../../db/queries/entries.ts';
import { displayNetwork } from '../../../db/queries/entry-facts.ts';
import type { Audience, EventRow, ThreadRow } from '../../../db/queries/events.ts';
import type { entries } from '../../../db/schema.ts';
import { isOpen } from '../../domain/entry-lifecycle.ts';
import type { EffectiveScope } from '../../domain/entry-scope.ts';
import type { Evaluation } from '../../domain/evaluation.ts';
import { forCustomer } from '../../domain/requirements.ts';
import { causeOf } from '../../operations/notify-force.ts';
import type { Secrets } from '../../secrets/keys.ts';
import { proofAddress, proofToken } from '../../secrets/proof-token.ts';
import { eventSentence, events as eventWords } from '../messages/events.ts';
import { requirementSentence } from '../messages/requirements.ts';
import { paths } from '../paths.ts';
import type { EntryDetailJson, EntryJson } from './schemas/entry.ts';
import { sentenceText } from './sentence-text.ts';

export type EntryContext = {
  audience: Audience;
  /** What proof addresses and URLs are made of; null: none are told. */
  proof: { secrets: Secrets; domain: string; portalUrl: string } | null;
  now: Date;
};

/** An entry as the API answers it, to an account's token or to one of staff. */
export function entryJson(found: EvaluatedEntry, context: EntryContext): EntryJson {
  const { entry, standing, server, account, evaluations } = found;
  const { audience, proof, now } = context;
  // What the clock has ended since is not written in the standing.
  const over = standing.state === 'in_force' ? causeOf({ ...standing, reviewBy: entry.reviewBy }, now) : null;
  return {
    id: entry.id,
    account: account.slug,
    server: server.slug,
    network: displayNetwork(entry.network),
    status: entry.status,
    in_force: standing.state === 'in_force' && over === null,
    state: over === null ? standing.state : 'lapsed',
    state_reason: over ?? standing.reason,
    expires_at: iso(standing.expiresAt),
    purpose: entry.purpose,
    label: entry.label,
    site: entry.site,
    contact: entry.contact,
    provider: entry.provider,
    tenure: entry.tenure,
    lease_end: entry.leaseEnd,
    rarely_sends: entry.rarelySends,
    critical: audience === 'staff' ? entry.critical : null,
    attestations: {
      static: entry.attestedStatic,
      dedicated: entry.attestedDedicated,
      responsible: entry.responsibilityAcceptedAt !== null,
    },
    scope: scopeJson(standing.scope),
    wider_scope: widerScopeJson(entry),
    requirements: evaluations.map((evaluation) => requirementJson(evaluation, audience)),
    proof: {
      address:
        proof !== null && isOpen(entry.status)
          ? proofAddress(proof.secrets, entry.id, entry.proofGeneration, proof.domain)
          : null,
      url:
        proof !== null && isOpen(entry.status)
          ? `${proof.portalUrl}${paths.proof(proofToken(proof.secrets, entry.id, entry.proofGeneration))}`
          : null,
      proven_at: iso(entry.provenAt),
    },
    suspension_causes: entry.suspensionCauses,
    end_cause: entry.endCause,
    review_by: iso(entry.reviewBy),
    activated_at: iso(entry.activatedAt),
    ended_at: iso(entry.endedAt),
    revision: entry.revision,
    created_at: entry.createdAt.toISOString(),
    updated_at: entry.updatedAt.toISOString(),
  };
}

export function entryDetailJson(
  found: EvaluatedEntry,
  history: { events: readonly EventRow[]; thread: readonly ThreadRow[] },
  context: EntryContext,
): EntryDetailJson {
  return {
    ...entryJson(found, context),
    events: history.events.map((event) => {
      const sentence = eventSentence(event.kind, event.content, actorWords(event));
      return {
        id: event.id,
        at: event.at.toISOString(),
        kind: event.kind,
        actor: { kind: event.actorKind, name: event.actorName },
        message: sentenceText({ saw: sentence.text, value: sentence.value }),
        quote: sentence.quote ?? null,
        ...(context.audience === 'staff' ? { content: event.content } : {}),
      };
    }),
    thread: history.thread.map(({ id, side, name, body, createdAt }) => ({
      id,
      side,
      name,
      body,
      at: createdAt.toISOString(),
    })),
  };
}

function actorWords(event: EventRow): string {
  if (event.actorKind === 'person') return event.actorName ?? eventWords.actors.erased;
  return event.actorName ?? eventWords.actors[event.actorKind];
}

function requirementJson(evaluation: Evaluation, audience: Audience): EntryJson['requirements'][number] {
  const { requirement, verdict, reason, facts } = audience === 'staff' ? evaluation : forCustomer(evaluation);
  const message = sentenceText(requirementSentence({ requirement, verdict, reason, facts }));
  return { requirement, verdict, reason, message };
}

/** What the view has for nodes alone is left out. */
function scopeJson(scope: EffectiveScope): EntryJson['scope'] {
  return {
    sender_domains: scope.sender_domains,
    recipient_domains: scope.recipient_domains,
    tls: scope.tls,
    messages_per_hour: scope.messages_per_hour,
    recipients_per_message: scope.recipients_per_message,
    message_bytes: scope.message_bytes,
    mode: scope.mode,
    sandbox_until: scope.sandbox_until && new Date(scope.sandbox_until).toISOString(),
  };
}

function widerScopeJson({ widerScope: wish }: typeof entries.$inferSelect): EntryJson['wider_scope'] {
  if (wish === null) return null;
  return {
    sender_domains: wish.senderDomains,
    recipient_domains: wish.recipientDomains,
    tls: wish.tls,
    messages_per_hour: wish.messagesPerHour,
    recipients_per_message: wish.recipientsPerMessage,
    message_bytes: wish.messageBytes,
    rarely_sends: wish.rarelySends,
  };
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
