import type { ScopeNow, ScopeWish, TlsMode } from '../../lib/domain/entry-scope.ts';
import { sizeText } from '../../lib/web/messages/scope.ts';
import { paths } from '../../lib/web/paths.ts';

export type ScopeFormView = {
  /** The verified domains of the server. */
  verified: readonly string[];
  /** Null: all of them, also later ones. */
  chosen: readonly string[] | null;
  /** One on each line. */
  recipients: string;
  tls: TlsMode;
  /** Empty: what the plan gives. */
  rate: string;
  planRate: number;
  perMessage: string;
  size: string;
  sizes: { value: string; label: string }[];
  rarelySends: boolean;
  /** Not decided yet: everything holds at once. */
  open: boolean;
  domainsHref: string;
};

const MEGABYTE = 1024 * 1024;
const usualSizes = [1, 5, 10, 25, 50, 100].map((megabytes) => megabytes * MEGABYTE);

/** What the form starts from: what is asked for where something is, else what holds. */
export function scopeFormView(options: {
  now: ScopeNow;
  wish: ScopeWish | null;
  verified: readonly string[];
  planRate: number;
  open: boolean;
  server: string;
}): ScopeFormView {
  const { now, wish, verified, planRate, open, server } = options;
  const start: ScopeNow = { ...now, ...wish };
  const sizes = [...new Set([...usualSizes, now.messageBytes, start.messageBytes])].sort((a, b) => a - b);
  return {
    verified,
    chosen: start.senderDomains,
    recipients: start.recipientDomains?.join('\n') ?? '',
    tls: start.tls,
    rate: start.messagesPerHour === null ? '' : String(start.messagesPerHour),
    planRate,
    perMessage: String(start.recipientsPerMessage),
    size: String(start.messageBytes),
    sizes: sizes.map((bytes) => ({ value: String(bytes), label: sizeText(bytes) })),
    rarelySends: start.rarelySends,
    open,
    domainsHref: paths.serverDomains(server),
  };
}
