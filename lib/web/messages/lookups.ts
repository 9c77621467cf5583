import type { EvidenceSource } from '../../domain/evidence.ts';

/** What is asked about an address, while it is being asked. */
export const lookups = {
  title: 'Looking the address up',
  again: 'Looking the address up once more',
  starting: 'We begin in a moment.',
  sources: {
    ptr: 'Reverse DNS',
    dnsbl: 'DNS lists',
    rdap: 'Registry',
    ip_database: 'Address databases',
    ip_insights: 'MaxMind',
  } satisfies Record<EvidenceSource, string>,
  asks: {
    ptr: 'what the address is called, and whether the name leads back',
    dnsbl: 'whether a list of spam senders has it',
    rdap: 'who the network is registered to',
    ip_database: 'what kind of line it is',
    ip_insights: 'what kind of line it is, and how long it stays the same',
  } satisfies Record<EvidenceSource, string>,
  asking: (seconds: number) => `asked for ${seconds} s`,
  answered: (seconds: string) => `answered after ${seconds} s`,
  silent: 'did not answer: asked again later',
  slow: 'This takes longer than usual. The request goes on to a person with what is known.',
  reload: 'Load this page again to see how far it is.',
  announce: {
    asking: (names: string) => `Asking ${names}.`,
    done: 'All lookups have ended.',
  },
};
