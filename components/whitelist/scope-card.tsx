import type { ReactNode } from 'react';
import { common } from '../../lib/web/messages/common.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { Card } from '../ui/card.tsx';
import { DescriptionList } from '../ui/description-list.tsx';

export type ScopeView = {
  senderDomains: readonly string[];
  recipientDomains: readonly string[] | null;
  messagesPerHour: number;
  recipientsPerMessage: number;
  tls: 'required' | 'offered' | 'hidden';
  messageBytes: number;
  /** The end of the sandbox, in words; null where mail is delivered. */
  sandboxUntil: string | null;
};

const words = whitelist.scope;

/** "25 MB". Whole units of 1024, as devices and mail servers count. */
export function sizeText(bytes: number): string {
  const megabytes = bytes / (1024 * 1024);
  if (megabytes >= 1) return `${Number(megabytes.toFixed(1))} MB`;
  return `${Math.round(bytes / 1024)} KB`;
}

/** Everything that the entry allows, and nothing else is. */
export function ScopeCard({ scope, change }: { scope: ScopeView; change?: ReactNode }) {
  return (
    <Card id="scope" title={words.title}>
      <DescriptionList
        items={[
          { term: words.senders, value: scope.senderDomains.join(', ') || words.noSenders },
          { term: words.recipients, value: scope.recipientDomains?.join(', ') ?? common.anyone },
          { term: words.rate, value: words.anHour(scope.messagesPerHour) },
          { term: words.perMessage, value: words.recipientsPerMessage(scope.recipientsPerMessage) },
          { term: words.tls, value: words.tlsModes[scope.tls] },
          { term: words.size, value: sizeText(scope.messageBytes) },
          ...(scope.sandboxUntil ? [{ term: words.mode, value: words.sandbox(scope.sandboxUntil) }] : []),
        ]}
      />
      {change ? <div className="mt-3.5">{change}</div> : null}
    </Card>
  );
}
