import { isFindCode, looksLikeFindCode } from '../../lib/secrets/find-code.ts';
import type { Secrets } from '../../lib/secrets/keys.ts';
import { isProofToken } from '../../lib/secrets/proof-token.ts';
import { placeOf } from './auth/credential-checker.ts';
import { newFailureLimit } from './auth/failure-limit.ts';
import type { Reports } from './reports.ts';
import type { Login, ProofAnswer, ProofRequest } from './session/types.ts';
import { findServerScope, serversOfDomain } from './whitelist/directory.ts';
import { type PendingEntry, pendingFor } from './whitelist/entry-table.ts';
import type { WhitelistReplica } from './whitelist/replica-types.ts';

export type SignIn = { login: Login; address: string; ehlo: string; tls: string | null };

export type Proofs = {
  /** A message to a proof address: answered once its report is committed. */
  readonly bySending: (request: ProofRequest) => Promise<ProofAnswer>;
  /** A sign-in: counts as seen from that address, and proves what the same server has asked for there. */
  readonly bySigningIn: (signIn: SignIn) => void;
};

/** A device signs in for every message; once in a while is proof enough. */
const repeatMs = 60 * 60 * 1000;
const mostRemembered = 10_000;
/**
 * Wrong codes within the time that one is good for. There are a hundred million codes, of which five are a server's: at this
 * pace whoever guesses from everywhere needs years for one. A device that is told a code by hand needs a few.
 */
const codesMs = 15 * 60 * 1000;
const mostWrongOfPlace = 10;
const mostWrongForDomain = 100;
/** Codes that were right, for each server, and proofs, for each request: a report each, and all share one inbox. */
const mostReports = 100;

export type ProofOptions = {
  replica: Pick<WhitelistReplica, 'table' | 'directory'>;
  reports: Reports;
  secrets: Secrets;
  now: () => Date;
  elapsedMs: () => number;
};

export function openProofs({ replica, reports, secrets, now, elapsedMs }: ProofOptions): Proofs {
  const reported = new Map<string, number>();
  const limit = (most: number) => newFailureLimit({ most, windowMs: codesMs, elapsedMs });
  const wrongOfPlace = limit(mostWrongOfPlace);
  const wrongForDomain = limit(mostWrongForDomain);
  const found = limit(mostReports);
  const proven = limit(mostReports);

  async function bySending({ address, token, mailFrom, ehlo, tls }: ProofRequest): Promise<ProofAnswer> {
    const entry = pendingFor(replica.table(), address).find(({ entryId, proofGeneration }) =>
      isProofToken(secrets, token, entryId, proofGeneration),
    );
    if (entry === undefined) return find({ address, token, mailFrom, ehlo, tls });
    // A bounce comes from nobody, an answer from somebody else: neither was sent by whoever asks.
    const server = findServerScope(replica.directory(), entry.serverId);
    if (mailFrom === null) return { ok: false, rule: 'proof_sender', reason: 'null reverse-path' };
    if (!server?.scope.senderDomains.has(mailFrom.domain)) {
      return { ok: false, rule: 'proof_sender', reason: `${mailFrom.domain} is not verified for the server` };
    }
    if (proven.reached(entry.entryId)) {
      return { ok: false, rule: 'report_not_kept', reason: 'too many proofs of the entry' };
    }
    proven.count(entry.entryId);
    const kept = await reports.keep('proof_seen', {
      ...describe(entry, address, ehlo, tls),
      method: 'sending',
      mail_from: mailFrom.text,
    });
    if (!kept.ok) return { ok: false, rule: 'report_not_kept', reason: kept.reason };
    return { ok: true, reportId: kept.reportId, entryId: entry.entryId };
  }

  /**
   * A code of *find my address* is taken from anywhere: that is what it is for. Only from a sender of the server's own
   * domains, or whoever guesses a code could make a customer believe that a foreign address is theirs. Beyond the limits
   * no code is looked at: one place that guesses has nobody else wait, but many places have the domain's own devices wait
   * until they have given up.
   */
  async function find({ address, token, mailFrom, ehlo, tls }: ProofRequest): Promise<ProofAnswer> {
    const servers =
      looksLikeFindCode(token) && mailFrom !== null
        ? serversOfDomain(replica.directory(), mailFrom.domain)
        : [];
    if (mailFrom === null || servers.length === 0) return notLive('no pending entry of that token here');
    const { domain } = mailFrom;
    const place = placeOf(address);
    if (wrongOfPlace.reached(place) || wrongForDomain.reached(domain)) {
      return notLive(`too many wrong codes from here, or with senders of ${domain}`);
    }
    const at = now();
    const serverId = servers.find((each) => isFindCode(secrets, token, each, at));
    if (serverId === undefined) {
      wrongOfPlace.count(place);
      wrongForDomain.count(domain);
      return notLive('no pending entry of that token here, nor a code');
    }
    if (found.reached(serverId)) return notLive('too many messages to codes of the server');
    found.count(serverId);
    const kept = await reports.keep('address_found', {
      server_id: serverId,
      address,
      ehlo,
      tls,
      at: at.toISOString(),
    });
    if (!kept.ok) return { ok: false, rule: 'report_not_kept', reason: kept.reason };
    return { ok: true, reportId: kept.reportId, entryId: null };
  }

  function notLive(reason: string): ProofAnswer {
    return { ok: false, rule: 'not_live', reason };
  }

  function bySigningIn({ login, address, ehlo, tls }: SignIn): void {
    const credential = replica.directory().credentials.get(login.credentialId);
    if (credential?.state !== 'usable') return;
    reports.sighting(credential.serverId, address, now());
    for (const entry of pendingFor(replica.table(), address)) {
      if (
        entry.serverId !== credential.serverId ||
        !isNews(`${entry.entryId} ${entry.proofGeneration} ${address}`)
      )
        continue;
      reports.tell('proof_seen', {
        ...describe(entry, address, ehlo, tls),
        method: 'sign_in',
        mail_from: null,
        credential_id: login.credentialId,
      });
    }
  }

  function describe(entry: PendingEntry, address: string, ehlo: string, tls: string | null) {
    const { entryId, proofGeneration } = entry;
    return {
      entry_id: entryId,
      address,
      ehlo,
      tls,
      proof_generation: proofGeneration,
      at: now().toISOString(),
    };
  }

  function isNews(key: string): boolean {
    const at = elapsedMs();
    if (at - (reported.get(key) ?? Number.NEGATIVE_INFINITY) < repeatMs) return false;
    if (reported.size >= mostRemembered) reported.clear();
    reported.set(key, at);
    return true;
  }

  return { bySending, bySigningIn };
}
