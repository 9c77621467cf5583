import type { RelayScope } from '../../lib/domain/smtp-decision.ts';
import type { NextHop } from '../../smtp-worker/src/next-hop/next-hop-url.ts';
import { ownDomain } from './grammar.ts';

// What the engine is set to where scripts are played to it.

/** Of the whitelisted client. */
export const usualScope: RelayScope = {
  needs: 'either',
  senderDomains: new Set([ownDomain]),
  recipientDomains: null,
  tls: 'offered',
  messagesPerHour: 100,
  recipientsPerMessage: 5,
  messageBytes: 3000,
  sandboxUntil: null,
};

/** What its scope may come to: any of them is one in which the next hop is to hear of no DATA. */
export const narrower: readonly Partial<RelayScope>[] = [
  { senderDomains: new Set() },
  { sandboxUntil: Number.MAX_SAFE_INTEGER },
  { recipientDomains: new Set() },
  { recipientsPerMessage: 0 },
];

export const settings = {
  publicName: 'mx.postern.example',
  portalUrl: 'https://portal.example',
  proofDomain: 'proof.example',
  tlsAvailable: true,
  messageBytes: 5000,
};

export const hop: NextHop = { host: 'hop.example', port: 25, credentials: null, tls: 'offered', weight: 1 };
