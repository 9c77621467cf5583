import {
  type CodeMeanings,
  type ListingSummary,
  type ListMeaning,
  summariseListings,
  zoneWithoutKey,
} from './dnsbl.ts';
import { classifyHostName, type NameClassification } from './dynamic-names.ts';
import type { DnsblFacts, IntelligenceFacts, PtrFacts, RdapFacts } from './evidence.ts';
import { isHostingSystem } from './hosting-systems.ts';
import { matchingName } from './organisation-name.ts';
import { type SharedEgress, sharedEgressNamed, sharedEgressOfSystem, sharingText } from './shared-egress.ts';

// What evidence shows, sign by sign. What follows from it for a requirement stands in evidence-rules.ts.

/** The organisation that asks, as it is compared with what others say. */
export type Organisation = { name: string; domains: readonly string[] };

export type NameSign = {
  address: string;
  name: string;
  /** The name leads back to the address: only then is it more than a claim of who runs the reverse zone. */
  confirmed: boolean;
  says: NameClassification;
};

/** What each name of the addresses says. Text that is no host name says nothing. */
export function nameSigns(ptr: PtrFacts, organisation: Organisation): NameSign[] {
  return ptr.addresses.flatMap(({ address, names }) =>
    names
      .filter((name) => name.valid)
      .map(({ name, confirmed }) => ({
        address,
        name,
        confirmed: confirmed === 'yes',
        // Anybody can put another's domain into their own reverse zone: only a name that leads back is in it.
        says: classifyHostName(name, address, confirmed === 'yes' ? organisation.domains : []),
      })),
  );
}

export function isOwnName(sign: NameSign): boolean {
  return sign.confirmed && sign.says.reasons[0]?.code === 'own_domain';
}

/** A pool's name, also where it lies in a domain of the organisation's own. */
export function saysPool(sign: NameSign): boolean {
  return sign.says.verdict === 'dynamic' || (isOwnName(sign) && sign.says.verdict === 'unknown');
}

/** Names that a provider gives to static lines say so whoever they lead to; a name somebody chose has to lead back. */
export function saysStatic(sign: NameSign): boolean {
  if (sign.says.verdict !== 'static' || isOwnName(sign)) return false;
  return sign.confirmed || !chosen.includes(sign.says.reasons[0]?.code ?? 'given_name');
}

/** A name that somebody chose for a machine, in a domain that is not the organisation's. */
export function namesAnother(sign: NameSign): boolean {
  return (
    sign.confirmed &&
    sign.says.verdict === 'static' &&
    !isOwnName(sign) &&
    chosen.includes(sign.says.reasons[0]?.code ?? '')
  );
}

const chosen: readonly string[] = ['given_name', 'role_word', 'institution'];
const translationWords: readonly string[] = ['cgn', 'cgnat', 'natpool', 'cgnatpool'];

/** A name of carrier-grade address translation: many customers behind one address. */
export function saysTranslated(sign: NameSign): boolean {
  return sign.says.reasons.some(
    (reason) => reason.code === 'dynamic_word' && translationWords.includes(reason.text),
  );
}

/** Why a name is judged as it is, in `code:text` pairs for a sentence. */
export function because(says: NameClassification): string[] {
  return says.reasons.slice(0, 3).map((reason) => `${reason.code}:${reason.text}`);
}

/** The shared egress that one of the names proves to be; only names that lead back prove anything. */
export function namedEgress(signs: readonly NameSign[]): { sign: NameSign; egress: SharedEgress } | null {
  for (const sign of signs) {
    const egress = sign.confirmed ? sharedEgressNamed(sign.name) : null;
    if (egress !== null) return { sign, egress };
  }
  return null;
}

export type Listing = ListingSummary['listings'][number];

export type ListingSigns = {
  /** SBL, CSS, XBL, DROP: certain for the reputation of the address. */
  reputation: Listing[];
  /** PBL: no mail from here but through a smarthost, which is what we are. */
  policy: Listing[];
  /** Codes that nobody gave a meaning. */
  unclear: Listing[];
  /** Zones that told of every address, and say something of reputation or of policy. */
  reputationZones: string[];
  policyZones: string[];
  /** Every zone told of every address. */
  complete: boolean;
};

/** What the lists say, by what it means for a requirement. */
export function listingSigns(asked: DnsblFacts, meanings: CodeMeanings): ListingSigns {
  const zones = asked.zones.map((one) => ({ ...one, zone: zoneWithoutKey(one.zone) }));
  const dnsbl = { ...asked, zones };
  const { listings, unknowns } = summariseListings(dnsbl, meanings);
  const meaning = (...wanted: ListMeaning[]) => listings.filter((one) => wanted.includes(one.meaning));
  const told = dnsbl.zones
    .filter(({ zone, answers }) => answers.length > 0 && !unknowns.some((one) => one.zone === zone))
    .map(({ zone }) => zone);
  return {
    reputation: meaning('sbl', 'css', 'xbl', 'drop'),
    policy: meaning('pbl'),
    unclear: meaning('other'),
    reputationZones: told.filter((zone) => !zone.startsWith('pbl.')),
    policyZones: told.filter((zone) => !/^(?:sbl|xbl|css|sbl-xbl|drop)\./.test(zone)),
    complete: dnsbl.zones.length > 0 && told.length === dnsbl.zones.length,
  };
}

/** The registered holder that is the organisation itself, or null. */
export function registeredToOwn(rdap: RdapFacts, organisation: Organisation): string | null {
  return matchingName(organisation, rdap.name === null ? rdap.holders : [...rdap.holders, rdap.name]);
}

/** Words in which registries' users say that a range serves homes. Whole words only: `POOLE-COUNCIL` is no pool. */
const accessPool =
  /(?:^|[^a-z])(?:(?:a|v|x)?dsl|dhcp|dial-?(?:in|up|[0-9]+)|dyn(?:amic)?(?:-?(?:ip|pool)s?)?|ftt[hx]|gpon|home-?(?:users?|customers?)|pppo?e|ip-?pools?|pools?|residential|broadband-?(?:customers?|pool|users?)|cable-?(?:customers?|modems?|users?)|docsis|mobile-?(?:customers?|users?|pool)|gprs|lte|cgnat)(?:[^a-z]|$)/i;

/** A pool of such lines serves no homes: `STATIC-IP-POOL`, `business ADSL`. */
const companyLines =
  /(?:^|[^a-z])(?:static|statique|est[aá]tic[ao]s?|statisch[a-z]*|fixed|fixe|business|corporate?|enterprise|compan(?:y|ies)|leased|dedicated|colo(?:cation)?)(?:[^a-z]|$)/i;
const homeLines =
  /(?:^|[^a-z])(?:dial-?(?:in|up|[0-9]+)|dyn(?:amic)?|home|residential|gprs|lte|mobile|cgnat)(?:[^a-z]|$)/i;

/** What a registry's name, type or remark says of homes behind a range: the text that says it, or null. */
export function accessPoolText(rdap: RdapFacts): string | null {
  const texts = [rdap.name, rdap.type, ...rdap.remarks.slice(0, 4)].filter((text) => text !== null);
  const isForHomes = (text: string) => !companyLines.test(text) || homeLines.test(text);
  return texts.find((text) => accessPool.test(text) && isForHomes(text)) ?? null;
}

/** What a registry says of many strangers behind a range, or null. */
export function sharingNetwork(rdap: RdapFacts): { readonly text: string; readonly kind: string } | null {
  const texts = [rdap.name, ...rdap.holders, ...rdap.remarks.slice(0, 4)];
  return sharingText(texts.filter((text) => text !== null));
}

const homeUsers: readonly string[] = [
  'residential',
  'cellular',
  'dialup',
  'consumer_satellite',
  'cafe',
  'traveler',
];
const companyUsers: readonly string[] = [
  'business',
  'government',
  'military',
  'school',
  'college',
  'library',
];
const hostingUsers: readonly string[] = ['hosting', 'content_delivery_network'];
const sharingKinds: readonly string[] = [
  'tor_exit_node',
  'anonymous_vpn',
  'public_proxy',
  'residential_proxy',
];

export type IntelligenceSigns = {
  home: string | null;
  company: string | null;
  hosting: string | null;
  sharing: string | null;
  staticIpScore: number | null;
  userCount: number | null;
};

/** What intelligence says; the web service's answer, where there is one, goes before a database's. */
export function intelligenceSigns(records: readonly IntelligenceFacts[]): IntelligenceSigns {
  const first = <Value>(pick: (record: IntelligenceFacts) => Value | null): Value | null =>
    records.map(pick).find((value) => value !== null) ?? null;
  const userType = first((record) => record.userType);
  const connection = first((record) => record.connectionType);
  const anonymity = records.flatMap((record) => record.anonymity);
  const system = first((record) => record.asn);
  const oneOf = (value: string | null, list: readonly string[]) =>
    value !== null && list.includes(value) ? value : null;
  return {
    home: oneOf(userType, homeUsers) ?? (connection === 'Cellular' ? 'cellular' : null),
    company:
      oneOf(userType, companyUsers) ?? (userType === null && connection === 'Corporate' ? 'business' : null),
    hosting:
      oneOf(userType, hostingUsers) ??
      (anonymity.includes('hosting_provider') || (system !== null && isHostingSystem(system))
        ? 'hosting_provider'
        : null),
    sharing:
      anonymity.find((kind) => sharingKinds.includes(kind)) ??
      (system === null ? null : (sharedEgressOfSystem(system)?.kind ?? null)),
    staticIpScore: first((record) => record.staticIpScore),
    userCount: first((record) => record.userCount),
  };
}
