import { createHash } from 'node:crypto';
import { hash as argon2Hash } from '@node-rs/argon2';
import type { Logger } from 'pino';
import type { NodeCredential } from '../../../db/queries/node.ts';
import { parseAddress } from '../../../lib/domain/ip.ts';
import { enclosingNetwork, formatNetwork } from '../../../lib/domain/network.ts';
import type { CredentialCheck } from '../session/types.ts';
import { newArgon2Looks } from './argon2-looks.ts';
import { newFailureLimit } from './failure-limit.ts';
import type { KnownPlaces } from './known-places.ts';
import { newSharedLooks } from './shared-looks.ts';
import { openSlowHash } from './slow-hash.ts';
import { newTurns } from './turns.ts';
import { newVerifiedCache } from './verified-cache.ts';

/** What a check has cost: nothing but a look, an argon2id, or an older hash. */
export type CheckCost = 'remembered' | 'argon2id' | 'older_hash';

export type CredentialCheckerOptions = {
  find: (username: string) => NodeCredential | undefined;
  copyTooOld: () => boolean;
  knownPlaces: Pick<KnownPlaces, 'has' | 'add'>;
  /** Whether the address is one of the credential's own server, in force. */
  isOwnAddress: (credential: NodeCredential, address: string) => boolean;
  elapsedMs: () => number;
  /** Resolves that much later. */
  wait: (ms: number) => Promise<void>;
  log: Logger;
  onCost: (cost: CheckCost) => void;
  /** A hash of an older kind has been verified: here is the argon2id that may take its place. */
  onRehashed: (change: { credential_id: string; replaces_sha256: string; password_hash: string }) => void;
};

export type CredentialChecker = {
  readonly check: (username: string, password: string, address: string | null) => Promise<CredentialCheck>;
  readonly forget: (credentialIds: readonly string[]) => void;
  readonly forgetAll: () => void;
  readonly running: () => number;
  readonly close: () => Promise<void>;
};

/** Two at once leave half of libuv's threads to file and name lookups; each takes 19 MiB for its moment. */
const mostAtOnce = 2;
/** Beyond this, who comes next hears at once to try again, before everybody waits for minutes. */
const mostWaiting = 64;

const windowMs = 10 * 60 * 1000;
const mostFailuresOfAddress = 30;
/** Of an IPv6 /48: whoever was given one has 65,536 networks of the size that counts as one address. */
const mostFailuresOfSite = 120;
const mostFailuresOfStrangers = 30;
/** Of one name at a place where it has signed in: others may sit there too. */
const mostFailuresOfKnown = 100;
/**
 * A wrong password and an unknown name are answered at the same beat: the first behind the longest look that there has
 * been, so that an old and costly hash is not told from a name that does not exist.
 */
const beatMs = 500;
/** Nobody is made to wait longer than that for what one stall of the machine has cost. */
const mostBeats = 6;

const wrong: CredentialCheck = {
  ok: false,
  rule: 'credentials_wrong',
  reason: 'wrong user name or password',
};

function notNow(reason: string): CredentialCheck {
  return { ok: false, rule: 'credentials_not_checked', reason };
}

/**
 * Checks user names and passwords. A stranger can neither grind an account nor lock its owner out: failures are
 * counted for each address, and for each name over all addresses that are not known as the owner's; where the owner
 * has signed in before, or has an address of the server in force, only failures of that very name at that very place
 * count. Nobody who sends without signing in is held up by any of it.
 */
export function openCredentialChecker(options: CredentialCheckerOptions): CredentialChecker {
  const { find, elapsedMs, log, knownPlaces } = options;
  const slowHash = openSlowHash();
  const verified = newVerifiedCache(elapsedMs);
  const turns = newTurns({ mostAtOnce, mostWaiting });
  const looks = newSharedLooks<NodeCredential | null>();
  const limit = (most: number) => newFailureLimit({ most, windowMs, elapsedMs });
  const ofAddress = limit(mostFailuresOfAddress);
  const ofSite = limit(mostFailuresOfSite);
  const ofStrangers = limit(mostFailuresOfStrangers);
  const ofKnown = limit(mostFailuresOfKnown);
  const argon2 = newArgon2Looks();
  let beats = 1;

  async function check(username: string, password: string, address: string | null): Promise<CredentialCheck> {
    if (options.copyTooOld()) return notNow('the copy is too old');
    const since = elapsedMs();
    const name = username.toLowerCase();
    const place = placeOf(address);
    const credential = find(name);
    const known =
      knownPlaces.has(name, place) ||
      (credential !== undefined && address !== null && options.isOwnAddress(credential, address));
    const limits = known
      ? ([[ofKnown, `${name} ${place}`, 'this name from here']] as const)
      : ([
          [ofAddress, place, 'this address'],
          [ofSite, siteOf(address), 'this network'],
          [ofStrangers, name, 'strangers for this name'],
        ] as const);
    for (const [failures, key, whose] of limits) {
      if (failures.reached(key)) return notNow(`too many failures of ${whose}`);
    }
    if (credential !== undefined && isRemembered(credential, password)) {
      options.onCost('remembered');
      return accept(credential);
    }
    // Asked first, so that joining another's look tells nobody that it is under way.
    if (turns.areFull(known)) return notNow('too many sign-ins at once');
    const look = looks.join(known, name, password, async () => {
      const turn = turns.take(known, () => findMatching(name, password));
      for (const [failures, key] of limits) failures.count(key);
      const matching = await turn;
      if (matching === null) return null;
      for (const [failures, key] of limits) failures.forgive(key);
      remember(matching, password);
      return matching;
    });
    const matching = await look;
    if (matching === null) {
      const took = elapsedMs() - since;
      beats = Math.min(mostBeats, Math.max(beats, Math.floor(took / beatMs) + 1));
      await options.wait(took < beats * beatMs ? beats * beatMs - took : beatMs - (took % beatMs));
      return wrong;
    }
    knownPlaces.add(name, place);
    return accept(matching);
  }

  function remember(matching: NodeCredential, password: string): void {
    verified.add(matching.credentialId, matching.passwordHash, password);
    if (!matching.passwordHash.startsWith('$argon2id$')) void rehash(matching, password);
  }

  function isRemembered({ credentialId, passwordHash }: NodeCredential, password: string): boolean {
    return verified.has(credentialId, passwordHash, password);
  }

  function accept({ credentialId, username }: NodeCredential): CredentialCheck {
    return { ok: true, login: { credentialId, username } };
  }

  /**
   * @returns the credential that the password is right for, as it is after the looking: one that was changed meanwhile
   * is looked at once more, since its hash may only have given way to a better one
   */
  async function findMatching(name: string, password: string): Promise<NodeCredential | null> {
    for (let looks = 0; looks < 2; looks += 1) {
      const credential = find(name);
      const matches = await verify(credential, password);
      if (find(name)?.passwordHash !== credential?.passwordHash) continue;
      return matches && credential !== undefined ? credential : null;
    }
    return null;
  }

  /** An unknown name costs what a known one costs. */
  async function verify(credential: NodeCredential | undefined, password: string): Promise<boolean> {
    const hash = credential?.passwordHash ?? '';
    if (/^\$(?:2[aby]|6)\$/.test(hash)) {
      options.onCost('older_hash');
      return slowHash.verify(hash, password);
    }
    options.onCost('argon2id');
    if (hash.startsWith('$argon2')) return argon2.verify(hash, password);
    if (credential !== undefined) {
      log.error({ credential: credential.credentialId }, 'a credential has a hash of an unknown kind');
    }
    await argon2.verifyForNobody(password);
    return false;
  }

  async function rehash({ credentialId, passwordHash }: NodeCredential, password: string): Promise<void> {
    try {
      const hashing = turns.take(false, () => argon2Hash(password));
      // The next sign-in will do.
      if (hashing === null) return;
      options.onRehashed({
        credential_id: credentialId,
        replaces_sha256: createHash('sha256').update(passwordHash).digest('hex'),
        password_hash: await hashing,
      });
    } catch (error) {
      log.warn({ reason: String(error) }, 'a credential could not be hashed anew');
    }
  }

  return {
    check,
    forget: verified.forget,
    forgetAll: verified.clear,
    running: turns.size,
    close: slowHash.close,
  };
}

/** IPv6 by /64: who has one address of it has all of them. */
export function placeOf(address: string | null): string {
  return networkOf(address, 64);
}

function siteOf(address: string | null): string {
  return `site ${networkOf(address, 48)}`;
}

function networkOf(address: string | null, prefixOfIpv6: number): string {
  const parsed = address === null ? undefined : parseAddress(address);
  if (parsed === undefined) return 'unknown';
  return formatNetwork(enclosingNetwork(parsed, parsed.family === 4 ? 32 : prefixOfIpv6));
}
