import Link from 'next/link';
import type { ReactNode } from 'react';
import type { TlsMode } from '../../lib/domain/entry-scope.ts';
import { common } from '../../lib/web/messages/common.ts';
import { scope as scopeWords, sizeText } from '../../lib/web/messages/scope.ts';
import { whitelist } from '../../lib/web/messages/whitelist.ts';
import { Card } from '../ui/card.tsx';
import { DescriptionList } from '../ui/description-list.tsx';
import { Names } from '../ui/names.tsx';
import { Notice } from '../ui/notice.tsx';

export type ScopeView = {
  senderDomains: readonly string[];
  recipientDomains: readonly string[] | null;
  messagesPerHour: number;
  recipientsPerMessage: number;
  tls: TlsMode;
  messageBytes: number;
  rarelySends: boolean;
  /** The end of the sandbox, in words; null where mail is delivered. */
  sandboxUntil: string | null;
  /** What is asked for and not decided, in words. */
  wish?: string | null;
};

const words = whitelist.scope;

/** Everything that the entry allows, and nothing else is. */
export function ScopeCard({
  scope,
  domainsHref,
  change,
}: {
  scope: ScopeView;
  /** Where the domains that it may send as are verified. */
  domainsHref?: string;
  change?: ReactNode;
}) {
  return (
    <Card id="scope" title={words.title}>
      <DescriptionList
        items={[
          {
            term: words.senders,
            value:
              scope.senderDomains.length === 0 ? (
                <>
                  {words.noSenders}{' '}
                  {domainsHref ? (
                    <Link href={domainsHref} className="rounded-chip underline underline-offset-3">
                      {words.addSender}
                    </Link>
                  ) : null}
                </>
              ) : (
                <Names list={scope.senderDomains} more={common.moreNames} />
              ),
          },
          { term: words.recipients, value: scope.recipientDomains?.join(', ') ?? common.anyone },
          { term: words.rate, value: words.anHour(scope.messagesPerHour) },
          { term: words.perMessage, value: words.recipientsPerMessage(scope.recipientsPerMessage) },
          { term: words.tls, value: words.tlsModes[scope.tls] },
          { term: words.size, value: sizeText(scope.messageBytes) },
          ...(scope.rarelySends ? [{ term: words.silence, value: words.rarelySends }] : []),
          ...(scope.sandboxUntil ? [{ term: words.mode, value: words.sandbox(scope.sandboxUntil) }] : []),
        ]}
      />
      {scope.wish ? (
        <Notice tone="waiting" title={scopeWords.waitingTitle} className="mt-4">
          {scopeWords.waiting(scope.wish)}
        </Notice>
      ) : null}
      {change ? <div className="mt-3.5 flex flex-col gap-3.5">{change}</div> : null}
    </Card>
  );
}
