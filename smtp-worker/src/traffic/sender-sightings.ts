import type { SenderRow } from '../../../lib/domain/traffic.ts';
import type { MailCount } from '../session/tally.ts';

/**
 * Which sender domains came from which address, and whether their mail was taken: evidence of who uses an address, that
 * nobody but the platform has. It is bounded, since any stranger can name any domain: of one address a few domains a
 * day, and of all addresses that nobody has signed in from or has an entry for only so many a day.
 */
export type SenderSightings = {
  readonly see: (mail: MailCount, known: boolean, atMs: number) => void;
  readonly drain: () => SenderRow[];
};

/** A device has one or two; a shared gateway has many, and a handful of strange ones says as much as all of them. */
const mostDomains = 10;
/** Addresses of strangers a day; each is a row or two in the database for half a year. */
const mostStrangers = 5_000;
/** Addresses that are known. Beyond them the day is forgotten and begins anew. */
const mostKnown = 200_000;
/** A domain name is no longer (RFC 1035 2.3.4); what is longer would be cut by nobody later. */
const longestDomain = 253;

type Seen = { taken: number; refused: number };
type Day = {
  readonly day: string;
  readonly addresses: Map<string, Map<string, Seen | null>>;
  strangers: number;
};

export function newSenderSightings(): SenderSightings {
  let day: Day = { day: '', addresses: new Map(), strangers: 0 };
  let closed: SenderRow[] = [];
  let dayEndMs = Number.NEGATIVE_INFINITY;

  function turnDay(atMs: number): void {
    if (atMs < dayEndMs && day.addresses.size < mostKnown) return;
    closed = [...closed, ...rowsOf(day)];
    const begin = Math.floor(atMs / 86_400_000) * 86_400_000;
    dayEndMs = begin + 86_400_000;
    day = { day: new Date(begin).toISOString().slice(0, 10), addresses: new Map(), strangers: 0 };
  }

  function domainsOf(client: string, known: boolean): Map<string, Seen | null> | null {
    const domains = day.addresses.get(client);
    if (domains !== undefined) return domains;
    if (!known && day.strangers >= mostStrangers) return null;
    if (!known) day.strangers += 1;
    const none = new Map<string, Seen | null>();
    day.addresses.set(client, none);
    return none;
  }

  return {
    see: ({ client, senderDomain, accepted, tally }, known, atMs) => {
      if (client === null || senderDomain === null || senderDomain.length > longestDomain) return;
      if (!accepted && tally === null) return;
      turnDay(atMs);
      const domains = domainsOf(client, known);
      if (domains === null) return;
      let seen = domains.get(senderDomain);
      if (seen === undefined && domains.size >= mostDomains) return;
      seen ??= { taken: 0, refused: 0 };
      domains.set(senderDomain, seen);
      if (accepted) seen.taken += 1;
      else seen.refused += 1;
    },
    drain: () => {
      const drained = [...closed, ...rowsOf(day)];
      closed = [];
      // What was told stays known, so that the bounds hold for the whole day.
      for (const domains of day.addresses.values())
        for (const domain of domains.keys()) domains.set(domain, null);
      return drained;
    },
  };
}

function rowsOf({ day, addresses }: Day): SenderRow[] {
  return [...addresses].flatMap(([address, domains]) =>
    [...domains].flatMap(([domain, seen]) => (seen === null ? [] : { address, domain, day, ...seen })),
  );
}
