import type {
  DnsblFacts,
  EvidenceOutcome,
  EvidenceSource,
  FactsOf,
  IntelligenceFacts,
  PtrFacts,
  RdapFacts,
  ZoneState,
} from './evidence.ts';

// Rows written by an older version must not read as something they are not: what does not parse is no evidence.

type Reader<Value> = (input: unknown) => Value | undefined;

const text: Reader<string> = (input) => (typeof input === 'string' ? input : undefined);
const truth: Reader<boolean> = (input) => (typeof input === 'boolean' ? input : undefined);
const number: Reader<number> = (input) =>
  typeof input === 'number' && Number.isFinite(input) ? input : undefined;

function oneOf<Value extends string>(...values: readonly Value[]): Reader<Value> {
  return (input) => values.find((value) => value === input);
}

/** Also where the value is missing altogether: a column that came later is null in older rows. */
function orNull<Value>(read: Reader<Value>): Reader<Value | null> {
  return (input) => (input === null || input === undefined ? null : read(input));
}

function list<Value>(read: Reader<Value>): Reader<Value[]> {
  return (input) => {
    if (!Array.isArray(input)) return undefined;
    const values = input.map(read);
    return values.includes(undefined) ? undefined : (values as Value[]);
  };
}

function shape<Value extends object>(readers: { [Key in keyof Value]: Reader<Value[Key]> }): Reader<Value> {
  return (input) => {
    if (typeof input !== 'object' || input === null) return undefined;
    const value: Partial<Value> = {};
    for (const key of Object.keys(readers) as (keyof Value)[]) {
      const read = readers[key]((input as Record<keyof Value, unknown>)[key]);
      if (read === undefined) return undefined;
      value[key] = read;
    }
    return value as Value;
  };
}

const outcome = oneOf<EvidenceOutcome>('found', 'none', 'temporary_error');

const ptr = shape<PtrFacts>({
  addresses: list(
    shape<PtrFacts['addresses'][number]>({
      address: text,
      outcome,
      names: list(
        shape<PtrFacts['addresses'][number]['names'][number]>({
          name: text,
          valid: truth,
          confirmed: oneOf('yes', 'no', 'unknown'),
        }),
      ),
    }),
  ),
  sampledFrom: orNull(text),
});

const dnsbl = shape<DnsblFacts>({
  zones: list(
    shape<DnsblFacts['zones'][number]>({
      zone: text,
      state: oneOf<ZoneState>('works', 'lists_everything', 'lists_nothing', 'temporary_error'),
      answers: list(
        shape<DnsblFacts['zones'][number]['answers'][number]>({
          address: text,
          outcome,
          codes: list(text),
          text: orNull(text),
        }),
      ),
    }),
  ),
  sampledFrom: orNull(text),
});

const rdap = shape<RdapFacts>({
  networks: list(text),
  handle: orNull(text),
  name: orNull(text),
  type: orNull(text),
  country: orNull(text),
  parentHandle: orNull(text),
  status: list(text),
  holders: list(text),
  remarks: list(text),
  registeredAt: orNull(text),
  server: text,
});

const intelligence = shape<IntelligenceFacts>({
  asn: orNull(number),
  asnOrganisation: orNull(text),
  isp: orNull(text),
  organisation: orNull(text),
  connectionType: orNull(text),
  userType: orNull(text),
  staticIpScore: orNull(number),
  userCount: orNull(number),
  anonymity: list(text),
});

const readers: { [Source in EvidenceSource]: Reader<FactsOf[Source]> } = {
  ptr,
  dnsbl,
  rdap,
  ip_database: intelligence,
  ip_insights: intelligence,
};

/** The facts of a stored row, or null where they are missing or not of this source's shape. */
export function parseFacts<Source extends EvidenceSource>(
  source: Source,
  input: unknown,
): FactsOf[Source] | null {
  return readers[source](input) ?? null;
}
