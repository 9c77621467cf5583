import type { Evaluation, Requirement } from './evaluation.ts';
import type { RdapFacts } from './evidence.ts';
import { containsNetwork, type Network, parseNetwork } from './network.ts';

// What has changed about an address since somebody decided about it. A listing of the address is not drift but a
// signal of abuse, and has the ladder.

/** The requirements whose evidence is looked at anew. */
const watched: readonly Requirement[] = ['static', 'not_residential', 'dedicated', 'not_shared'];

/** Reasons of an unknown that tell of the lookup and not of the address. */
const tellsNothing: readonly string[] = ['not_checked', 'asking', 'lookup_failed', 'support_looks'];

export type Drift = {
  /** `requirement:reason`, or `holder:` and the new one. */
  code: string;
  from: string;
  to: string;
  /** Rests on what another organisation did: not for the account to read. */
  staffOnly: boolean;
};

type Stored = Pick<Evaluation, 'verdict' | 'reason'> & { requirement: string } & Partial<
    Pick<Evaluation, 'source' | 'facts'>
  >;

/**
 * What was met when it was decided and is not any more, and what is now against the address and was not. What nobody
 * could find out is no change.
 * @param before the evaluations that were frozen with the decision; empty where nobody ever decided (taken over lists)
 * @param namesMissing name servers did not tell all this time: what names had spoken for is not lost by that
 */
export function driftOf(
  before: readonly Stored[],
  now: readonly Evaluation[],
  namesMissing = false,
): Drift[] {
  return now.flatMap((evaluation) => {
    const { requirement, verdict, reason } = evaluation;
    if (!watched.includes(requirement)) return [];
    const was = before.find((one) => one.requirement === requirement);
    const isOurs = firstHand.includes(evaluation.source);
    if (namesMissing && !isOurs && was !== undefined && restsOnNames(was)) return [];
    const worse =
      verdict === 'fail'
        ? was?.verdict !== 'fail'
        : verdict === 'unknown' && was?.verdict === 'pass' && !tellsNothing.includes(reason);
    if (!worse) return [];
    return [
      {
        code: `${requirement}:${reason}`,
        from: was === undefined ? 'unknown' : `${was.verdict} ${was.reason}`,
        to: `${verdict} ${reason}`,
        staffOnly: evaluation.staffOnly === true,
      },
    ];
  });
}

const NAMES = 'reverse DNS';
/** What names do not outweigh, and what they say themselves. */
const firstHand: readonly string[] = [NAMES, 'our nodes', 'account'];
const namesSpeak: readonly unknown[] = ['own_name', 'static_name', 'company_name'];

/** Whether it was a name of the address that spoke for it, alone or against something else. */
function restsOnNames({ verdict, reason, source, facts }: Stored): boolean {
  if (verdict === 'pass') return source === NAMES;
  return reason === 'signs_disagree' && namesSpeak.includes(facts?.for);
}

/**
 * What the registry says now, where it tells of the holder. Not where another server than before speaks of a wider range: a
 * regional registry that refers to one which does not answer says only what it knows itself.
 */
export function toldOfHolder(before: RdapFacts | null, now: RdapFacts | null): RdapFacts | null {
  if (before === null || now === null) return now;
  return before.server !== now.server && isWider(now, before) ? null : now;
}

/**
 * Whether the registered holder is another one: the address may have been given to somebody else.
 * @param now as `toldOfHolder` gives it
 */
export function holderDrift(before: RdapFacts | null, now: RdapFacts | null): Drift | null {
  if (before === null || now === null) return null;
  const from = holderOf(before);
  const to = holderOf(now);
  return from === to || from === '' || to === ''
    ? null
    : { code: `holder:${to}`, from, to, staffOnly: false };
}

/** Whether the one range holds the other and more. */
function isWider(one: RdapFacts, other: RdapFacts): boolean {
  const wide = networksOf(one);
  const narrow = networksOf(other);
  const holds = (outer: readonly Network[], inner: readonly Network[]) =>
    inner.length > 0 && inner.every((each) => outer.some((network) => containsNetwork(network, each)));
  return holds(wide, narrow) && !holds(narrow, wide);
}

function networksOf({ networks }: RdapFacts): Network[] {
  return networks.map(parseNetwork).flatMap((parsed) => (parsed.ok ? [parsed.network] : []));
}

/** Registries reorder and respell: compared are the words, without order and case. */
function holderOf(facts: RdapFacts): string {
  const words = (facts.holders[0] ?? facts.name ?? '').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...words].sort().join(' ');
}

/**
 * Whether a change that was found before is one no longer. What nobody could find out does not say so.
 * @param found.registry as `toldOfHolder` gives it
 */
export function isGone(
  code: string,
  found: {
    drifts: readonly Drift[];
    evaluations: readonly Evaluation[];
    registry: RdapFacts | null;
    namesMissing: boolean;
  },
): boolean {
  if (found.drifts.some((drift) => drift.code === code)) return false;
  if (code.startsWith('holder:')) return found.registry !== null;
  if (found.namesMissing) return false;
  const evaluation = found.evaluations.find(({ requirement }) => code.startsWith(`${requirement}:`));
  return evaluation !== undefined && !tellsNothing.includes(evaluation.reason);
}

/** What has changed for certain, in a sentence that the customer reads with the suspension. */
export function driftSentence(drifts: readonly Drift[]): string {
  const codes = drifts.map((drift) => drift.code);
  if (codes.includes('not_shared:shared_egress')) {
    return 'The name of this address now says that the mail of many organisations comes through it.';
  }
  return 'What we find out about this address has changed since it was approved.';
}
