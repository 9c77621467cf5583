import type { HeldAction } from '../../lib/domain/fuse.ts';
import { abuse } from '../../lib/web/messages/abuse.ts';

const words = abuse.fuse;

/** What would happen if it were let through, in a sentence. */
export function heldActionText(action: HeldAction): string {
  switch (action.kind) {
    case 'ladder':
      return words.actions.ladder[action.step];
    case 'suspend_server':
      return words.actions.suspend_server(action.removals, action.days);
    case 'drift':
      return words.actions.drift;
    case 'attest':
      return words.actions.attest;
    case 'expire':
      return words.actions.expire;
    case 'domain':
      return words.actions.domain;
    case 'server':
      return words.actions.server(saidBy(action.feed));
    case 'account':
      return words.actions.account(String(action.feed.status));
  }
}

/** What the feed says, as far as it takes entries out of force. */
function saidBy(feed: Record<string, unknown>): string {
  const subscription =
    typeof feed.subscription === 'object' && feed.subscription !== null && 'status' in feed.subscription
      ? String(feed.subscription.status)
      : null;
  const parts = [
    typeof feed.status === 'string' ? words.feedParts.status(feed.status) : null,
    typeof feed.plan === 'string' ? words.feedParts.plan(feed.plan) : null,
    subscription === null ? null : words.feedParts.subscription(subscription),
  ].filter((part) => part !== null);
  return parts.join(', ');
}
