import type { EntryFacts } from './evaluation.ts';
import type {
  DnsblFacts,
  Evidence,
  EvidenceSource,
  FactsOf,
  GatheredEvidence,
  IntelligenceFacts,
  PtrFacts,
  PtrName,
  RdapFacts,
} from './evidence.ts';
import { evidenceSources, noEvidence } from './evidence.ts';
import { termsVersion } from './policy.ts';

// For tests: a request of Acme Devices for 45.90.1.7 to which nothing can be objected, and evidence to change it with.

export const factsNow = new Date('2026-11-20T12:00:00Z');

export const soundFacts: EntryFacts = {
  network: { text: '45.90.1.7', family: 4, prefix: 32 },
  specialPurpose: null,
  blockedPrefix: null,
  subscription: {
    planName: 'Paid',
    entitled: true,
    widestPrefixV4: 29,
    widestPrefixV6: 64,
    mostEntries: 10,
    status: 'active',
    paidUntil: null,
  },
  otherEntries: 0,
  ownOverlap: null,
  foreignOverlaps: 0,
  attestedStatic: true,
  attestedDedicated: true,
  responsibility: { acceptedAt: factsNow, termsVersion },
  proofs: [
    {
      method: 'sending',
      address: '45.90.1.7',
      seenAt: factsNow,
      ehlo: 'scanner',
      tls: 'TLSv1.3',
      withdrawnAt: null,
    },
  ],
  usableAddresses: 1,
  abuseRemovals: [],
  sightings: { ownDays: 0, otherOrganisations: 0 },
  organisation: { name: 'Acme Devices', domains: ['acme.example'] },
  leaseEnd: null,
  sharedEgress: null,
  evidence: noEvidence,
};

/** A PTR answer: names as `name` (leads back), `!name` (does not) or `?name` (not known). */
export function ptrFacts(...names: string[]): PtrFacts {
  return { addresses: [ptrAddress('45.90.1.7', names)], sampledFrom: null };
}

export function ptrAddress(address: string, names: readonly string[]): PtrFacts['addresses'][number] {
  const list = names.map((text): PtrName => {
    const name = text.replace(/^[!?]/, '');
    const valid = /^[a-z0-9._-]+$/.test(name);
    return { name, valid, confirmed: text.startsWith('!') ? 'no' : text.startsWith('?') ? 'unknown' : 'yes' };
  });
  const open = list.some((name) => name.confirmed === 'unknown');
  return { address, outcome: list.length === 0 ? 'none' : open ? 'temporary_error' : 'found', names: list };
}

/** What `zen.example` answers for the address: codes, or nothing. */
export function dnsblFacts(
  codes: readonly string[],
  zone: Partial<DnsblFacts['zones'][number]> = {},
): DnsblFacts {
  return {
    zones: [
      {
        zone: 'zen.example',
        state: 'works',
        answers: [
          {
            address: '45.90.1.7',
            outcome: codes.length > 0 ? 'found' : 'none',
            codes: [...codes],
            text: null,
          },
        ],
        ...zone,
      },
    ],
    sampledFrom: null,
  };
}

export function rdapFacts(members: Partial<RdapFacts> = {}): RdapFacts {
  return {
    networks: ['45.90.0.0/16'],
    handle: '45.90.0.0 - 45.90.255.255',
    name: 'EXAMPLE-NET',
    type: 'ALLOCATED PA',
    country: 'NL',
    parentHandle: null,
    status: ['active'],
    holders: ['Example Access B.V.'],
    remarks: [],
    registeredAt: null,
    server: 'rdap.example',
    ...members,
  };
}

export function intelligenceFacts(members: Partial<IntelligenceFacts> = {}): IntelligenceFacts {
  return {
    asn: null,
    asnOrganisation: null,
    isp: null,
    organisation: null,
    connectionType: null,
    userType: null,
    staticIpScore: null,
    userCount: null,
    anonymity: [],
    ...members,
  };
}

/** `failed`: asked, told nothing. `pending`: being asked. `none`: it is known that there is nothing. */
export type TestEvidence = {
  [Source in EvidenceSource]?: FactsOf[Source] | 'failed' | 'pending' | 'none';
};

/** Evidence as it is loaded: what each source said, as of one hour ago, and how its asking went. */
export function evidenceOf(
  said: TestEvidence,
  at = new Date(factsNow.getTime() - 3_600_000),
): GatheredEvidence {
  const row = <Source extends EvidenceSource>(source: Source): Evidence<Source> | null => {
    const what = said[source] as FactsOf[Source] | 'failed' | 'pending' | 'none' | undefined;
    if (what === undefined || what === 'pending') return null;
    if (what === 'failed') return { source, outcome: 'temporary_error', facts: null, at };
    if (what === 'none') return { source, outcome: 'none', facts: null, at };
    return { source, outcome: partly(what) ? 'temporary_error' : 'found', facts: what, at };
  };
  return {
    ptr: row('ptr'),
    dnsbl: row('dnsbl'),
    rdap: row('rdap'),
    ip_database: row('ip_database'),
    ip_insights: row('ip_insights'),
    progress: evidenceSources
      .filter((source) => said[source] !== undefined)
      .map((source) => {
        const pending = said[source] === 'pending';
        const outcome = row(source)?.outcome ?? null;
        return { source, startedAt: at, finishedAt: pending ? null : at, outcome: pending ? null : outcome };
      }),
  };
}

/** Whether a part of it could not be learned, as a gatherer would see it. */
function partly(facts: object): boolean {
  return JSON.stringify(facts).includes('temporary_error');
}
