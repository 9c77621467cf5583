// What was found out about a network. Rows hold observations, never opinions: names as they were answered, list codes
// as they came. What they mean is decided when a requirement is evaluated, so a better rule needs no new lookup.

/** Who is asked. The order is the order in which pages name them. */
export const evidenceSources = ['ptr', 'dnsbl', 'rdap', 'ip_database', 'ip_insights'] as const;
export type EvidenceSource = (typeof evidenceSources)[number];

/** The closed set of what asking ends in. A `temporary_error` may still have learned a part. */
export type EvidenceOutcome = 'found' | 'none' | 'temporary_error';

export type PtrName = {
  /** Lower case, without the final dot; bytes that no host name has stay escaped as `\DDD`. */
  name: string;
  /** Whether it is a host name at all (RFC 1123). What is none is shown and never believed. */
  valid: boolean;
  /** Whether the name leads back to the address: RFC 8601 section 3 (iprev). */
  confirmed: 'yes' | 'no' | 'unknown';
};

export type PtrAddress = { address: string; outcome: EvidenceOutcome; names: PtrName[] };

export type PtrFacts = {
  addresses: PtrAddress[];
  /** How many addresses the network has where not each was asked for. */
  sampledFrom: string | null;
};

/** Whether a list behaves as RFC 5782 section 5 wants: 127.0.0.2 is listed, 127.0.0.1 is not. */
export type ZoneState = 'works' | 'lists_everything' | 'lists_nothing' | 'temporary_error';

export type ZoneAnswer = {
  address: string;
  outcome: EvidenceOutcome;
  /** The A records, as they came. */
  codes: string[];
  text: string | null;
};

export type DnsblFacts = {
  zones: { zone: string; state: ZoneState; answers: ZoneAnswer[] }[];
  sampledFrom: string | null;
};

export type RdapFacts = {
  /** The registered range as CIDR networks; empty where the answer has none that makes sense. */
  networks: string[];
  handle: string | null;
  name: string | null;
  type: string | null;
  country: string | null;
  parentHandle: string | null;
  status: string[];
  /** Who it is registered to, the likeliest first. */
  holders: string[];
  remarks: string[];
  registeredAt: string | null;
  /** Host name of the server that answered. */
  server: string;
};

export type IntelligenceFacts = {
  asn: number | null;
  asnOrganisation: string | null;
  isp: string | null;
  organisation: string | null;
  connectionType: string | null;
  userType: string | null;
  /** 0 to 99.99: how long the address stays with one user, as MaxMind estimates it. */
  staticIpScore: number | null;
  userCount: number | null;
  /** Kinds of anonymity: `tor_exit_node`, `anonymous_vpn`, `public_proxy`, `residential_proxy`, `hosting_provider`. */
  anonymity: string[];
};

export type FactsOf = {
  ptr: PtrFacts;
  dnsbl: DnsblFacts;
  rdap: RdapFacts;
  ip_database: IntelligenceFacts;
  ip_insights: IntelligenceFacts;
};

/** What one source has told; `facts` is null where it told nothing. */
export type Evidence<Source extends EvidenceSource = EvidenceSource> = {
  source: Source;
  outcome: EvidenceOutcome;
  facts: FactsOf[Source] | null;
  /** When this was last what the source said. */
  at: Date;
};

/** How far the asking of one source is. */
export type EvidenceProgress = {
  source: EvidenceSource;
  startedAt: Date;
  finishedAt: Date | null;
  outcome: EvidenceOutcome | null;
};

export type GatheredEvidence = {
  [Source in EvidenceSource]: Evidence<Source> | null;
} & {
  /** One for each source that was ever asked, in the sources' order. Empty: nobody was asked yet. */
  progress: EvidenceProgress[];
};

export const noEvidence: GatheredEvidence = {
  ptr: null,
  dnsbl: null,
  rdap: null,
  ip_database: null,
  ip_insights: null,
  progress: [],
};
