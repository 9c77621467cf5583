import type { NodeScope } from '../../../db/queries/node.ts';
import type { MailNeeds, RelayScope } from '../../../lib/domain/smtp-decision.ts';

/**
 * The scope of an entry as the database gives it, made ready for deciding.
 * @param needs what the entry's server asks for
 */
export function toRelayScope(scope: NodeScope, needs: MailNeeds): RelayScope {
  return {
    senderDomains: new Set(scope.sender_domains.map((domain) => domain.toLowerCase())),
    recipientDomains:
      scope.recipient_domains === null
        ? null
        : new Set(scope.recipient_domains.map((domain) => domain.toLowerCase())),
    tls: scope.tls,
    messagesPerHour: scope.messages_per_hour,
    recipientsPerMessage: scope.recipients_per_message,
    messageBytes: scope.message_bytes,
    sandboxUntil: sandboxEnd(scope),
    needs,
  };
}

/** A sandbox whose end is not known has not ended: mail that its owner meant to try out is not delivered. */
function sandboxEnd({ mode, sandbox_until: until }: NodeScope): number | null {
  if (mode !== 'sandbox') return null;
  return until === null ? Number.MAX_SAFE_INTEGER : Date.parse(until);
}
