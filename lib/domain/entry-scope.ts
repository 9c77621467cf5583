/** What an entry allows, and whether a change of it only takes away. */

export type ScopeWish = {
  senderDomains?: string[] | null;
  recipientDomains?: string[] | null;
  tls?: 'required' | 'offered' | 'hidden';
  messagesPerHour?: number | null;
  recipientsPerMessage?: number;
  messageBytes?: number;
};

export type ScopeNow = {
  senderDomains: string[] | null;
  recipientDomains: string[] | null;
  tls: 'required' | 'offered' | 'hidden';
  messagesPerHour: number | null;
  recipientsPerMessage: number;
  messageBytes: number;
};

export type Effective = { sender_domains: string[]; messages_per_hour: number };

const tlsStrength = { required: 2, offered: 1, hidden: 0 } as const;

/** Whether every wish stays within what is allowed now. A null list of sender domains means the server's verified ones. */
export function isNarrower(now: ScopeNow, wish: ScopeWish, effective: Effective): boolean {
  return (
    listWithin(wish.senderDomains, now.senderDomains, effective.sender_domains) &&
    listWithin(wish.recipientDomains, now.recipientDomains, null) &&
    (wish.tls === undefined || tlsStrength[wish.tls] >= tlsStrength[now.tls]) &&
    (wish.messagesPerHour === undefined ||
      (wish.messagesPerHour === null
        ? now.messagesPerHour === null
        : wish.messagesPerHour <= (now.messagesPerHour ?? effective.messages_per_hour))) &&
    (wish.recipientsPerMessage === undefined || wish.recipientsPerMessage <= now.recipientsPerMessage) &&
    (wish.messageBytes === undefined || wish.messageBytes <= now.messageBytes)
  );
}

/** `all` is what a null list of today stands for; null: everything. */
function listWithin(wish: string[] | null | undefined, now: string[] | null, all: string[] | null): boolean {
  if (wish === undefined) return true;
  if (wish === null) return now === null;
  const allowed = now ?? all;
  return allowed === null || wish.every((domain) => allowed.includes(domain));
}
