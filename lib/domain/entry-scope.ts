/** What an entry allows, and which part of a change only takes away. */

export type TlsMode = 'required' | 'offered' | 'hidden';
/** In the sandbox messages are taken and not delivered. */
export type ScopeMode = 'enforce' | 'sandbox';

/** With the server's defaults filled in, as the views of the database have it. */
export type EffectiveScope = {
  sender_domains: string[];
  recipient_domains: string[] | null;
  tls: TlsMode;
  messages_per_hour: number;
  recipients_per_message: number;
  message_bytes: number;
  mode: ScopeMode;
  sandbox_until: string | null;
};

/** What an account may choose of it; all of it optional. */
export type ScopeWish = {
  senderDomains?: string[] | null;
  recipientDomains?: string[] | null;
  tls?: TlsMode;
  messagesPerHour?: number | null;
  recipientsPerMessage?: number;
  messageBytes?: number;
  /** Spared from idle expiry: for what sends in an emergency only. */
  rarelySends?: boolean;
};

export type ScopeNow = Required<ScopeWish>;

/** What the server makes of what is left open: of a null list of sender domains, and of a null rate. */
type Effective = Pick<EffectiveScope, 'sender_domains' | 'messages_per_hour'>;

export type DividedWish = {
  /** Takes away: holds at once. */
  narrower: ScopeWish;
  /** Gives more: for a person to look at. */
  wider: ScopeWish;
  /** Is so already. */
  same: (keyof ScopeWish)[];
};

type Change = 'narrower' | 'wider' | 'same';

const fields = [
  'senderDomains',
  'recipientDomains',
  'tls',
  'messagesPerHour',
  'recipientsPerMessage',
  'messageBytes',
  'rarelySends',
] as const satisfies (keyof ScopeWish)[];

const tlsStrength = { required: 2, offered: 1, hidden: 0 } as const;

/** Field by field: what of a wish may hold at once, and what has to be looked at. Fields that are not named stay. */
export function divideWish(now: ScopeNow, wish: ScopeWish, effective: Effective): DividedWish {
  const divided: DividedWish = { narrower: {}, wider: {}, same: [] };
  for (const field of fields) {
    if (wish[field] === undefined) continue;
    const change = changeOf(field, now, wish, effective);
    if (change === 'same') divided.same.push(field);
    else Object.assign(divided[change], { [field]: wish[field] });
  }
  return divided;
}

function changeOf(field: keyof ScopeWish, now: ScopeNow, wish: ScopeWish, effective: Effective): Change {
  switch (field) {
    case 'senderDomains':
      return changeOfList(now.senderDomains, wish.senderDomains ?? null, effective.sender_domains);
    case 'recipientDomains':
      return changeOfList(now.recipientDomains, wish.recipientDomains ?? null, null);
    case 'tls':
      return changeOfNumber(-tlsStrength[now.tls], -tlsStrength[wish.tls ?? now.tls]);
    case 'messagesPerHour':
      return changeOfRate(now.messagesPerHour, wish.messagesPerHour ?? null, effective.messages_per_hour);
    case 'rarelySends':
      return changeOfNumber(Number(now.rarelySends), Number(wish.rarelySends ?? now.rarelySends));
    default:
      return changeOfNumber(now[field], wish[field] ?? now[field]);
  }
}

function changeOfNumber(now: number, wish: number): Change {
  if (wish === now) return 'same';
  return wish < now ? 'narrower' : 'wider';
}

/** Null follows the plan, whatever it will give. */
function changeOfRate(now: number | null, wish: number | null, plan: number): Change {
  if (wish === now) return 'same';
  if (wish === null) return 'wider';
  return wish <= (now ?? plan) ? 'narrower' : 'wider';
}

/** @param all what a null list of today stands for; null: everything */
function changeOfList(now: string[] | null, wish: string[] | null, all: string[] | null): Change {
  if (wish === null) return now === null ? 'same' : 'wider';
  const allowed = now ?? all;
  if (allowed !== null && !wish.every((domain) => allowed.includes(domain))) return 'wider';
  return now !== null && new Set(now).size === new Set(wish).size ? 'same' : 'narrower';
}

export function isEmptyWish(wish: ScopeWish): boolean {
  return fields.every((field) => wish[field] === undefined);
}

/** The wish that waits once `divided` is taken in: what it speaks of is settled by it, the rest still waits. */
export function nextWish(waiting: ScopeWish | null, divided: DividedWish): ScopeWish | null {
  const settled: readonly string[] = [...Object.keys(divided.narrower), ...divided.same];
  const left = Object.entries(waiting ?? {}).filter(([field]) => !settled.includes(field));
  const wish: ScopeWish = { ...Object.fromEntries(left), ...divided.wider };
  return isEmptyWish(wish) ? null : wish;
}
