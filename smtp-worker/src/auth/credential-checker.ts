import { createHash, randomBytes } from 'node:crypto';
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2';
import type { Logger } from 'pino';
import type { NodeCredential } from '../../../db/queries/node.ts';
import { parseAddress } from '../../../lib/domain/ip.ts';
import { enclosingNetwork, formatNetwork } from '../../../lib/domain/network.ts';
import type { CredentialCheck } from '../session/types.ts';
import { newFailureLimit } from './failure-limit.ts';
import { openSlowHash } from './slow-hash.ts';
import { newVerifiedCache } from './verified-cache.ts';

export type CredentialCheckerOptions = {
  find: (username: string) => NodeCredential | undefined;
  copyTooOld: () => boolean;
  nowMs: () => number;
  log: Logger;
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
const mostFailuresOfStrangers = 30;
const knownPlaceMs = 30 * 24 * 60 * 60 * 1000;
const mostKnownPlaces = 50_000;

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
 * counted for each address, and for each name over all addresses from which that name never signed in.
 */
export function openCredentialChecker(options: CredentialCheckerOptions): CredentialChecker {
  const { find, nowMs, log } = options;
  const slowHash = openSlowHash();
  const verified = newVerifiedCache(nowMs);
  const addresses = newFailureLimit({ most: mostFailuresOfAddress, windowMs, nowMs });
  const strangers = newFailureLimit({ most: mostFailuresOfStrangers, windowMs, nowMs });
  const knownPlaces = new Map<string, number>();
  const waiting: (() => void)[] = [];
  let running = 0;
  let decoy: { parameters: string; hash: Promise<string> } | null = null;

  async function check(username: string, password: string, address: string | null): Promise<CredentialCheck> {
    if (options.copyTooOld()) return notNow('the copy is too old');
    const name = username.toLowerCase();
    const place = placeOf(address);
    const known = (knownPlaces.get(`${name} ${place}`) ?? 0) > nowMs();
    if (addresses.reached(place) && !known) return notNow('too many failures of this address');
    if (strangers.reached(name) && !known) return notNow('too many failures of strangers for this name');
    const credential = find(name);
    if (
      credential !== undefined &&
      verified.has(credential.credentialId, credential.passwordHash, password)
    ) {
      return accept(credential);
    }
    if (waiting.length >= mostWaiting) return notNow('too many sign-ins at once');
    const matches = await inTurn(() => verify(credential, password));
    // It may have been changed while we were at it.
    if (!matches || credential === undefined || find(name)?.passwordHash !== credential.passwordHash) {
      addresses.count(place);
      if (!known) strangers.count(name);
      return wrong;
    }
    verified.add(credential.credentialId, credential.passwordHash, password);
    rememberPlace(`${name} ${place}`);
    if (!credential.passwordHash.startsWith('$argon2id$')) void rehash(credential, password);
    return accept(credential);
  }

  function accept({ credentialId, username }: NodeCredential): CredentialCheck {
    return { ok: true, login: { credentialId, username } };
  }

  function rememberPlace(key: string): void {
    knownPlaces.delete(key);
    knownPlaces.set(key, nowMs() + knownPlaceMs);
    if (knownPlaces.size > mostKnownPlaces) knownPlaces.delete(knownPlaces.keys().next().value as string);
  }

  async function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    if (running >= mostAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  }

  /** An unknown name costs what a known one costs. */
  async function verify(credential: NodeCredential | undefined, password: string): Promise<boolean> {
    if (credential === undefined) {
      await argon2Verify(await decoyHash(), password);
      return false;
    }
    const { passwordHash } = credential;
    if (passwordHash.startsWith('$argon2')) {
      lastParameters = passwordHash.split('$').slice(1, 4).join('$');
      return argon2Verify(passwordHash, password).catch(() => false);
    }
    if (/^\$(?:2[aby]|6)\$/.test(passwordHash)) return slowHash.verify(passwordHash, password);
    log.error({ credential: credential.credentialId }, 'a credential has a hash of an unknown kind');
    return false;
  }

  let lastParameters = 'argon2id$v=19$m=19456,t=2,p=1';

  function decoyHash(): Promise<string> {
    if (decoy?.parameters !== lastParameters) {
      const numbers = /m=(\d+),t=(\d+),p=(\d+)/.exec(lastParameters);
      const hash = argon2Hash(randomBytes(16).toString('hex'), {
        memoryCost: Number(numbers?.[1] ?? 19_456),
        timeCost: Number(numbers?.[2] ?? 2),
        parallelism: Number(numbers?.[3] ?? 1),
      });
      decoy = { parameters: lastParameters, hash };
    }
    return decoy.hash;
  }

  async function rehash({ credentialId, passwordHash }: NodeCredential, password: string): Promise<void> {
    try {
      options.onRehashed({
        credential_id: credentialId,
        replaces_sha256: createHash('sha256').update(passwordHash).digest('hex'),
        password_hash: await inTurn(() => argon2Hash(password)),
      });
    } catch (error) {
      log.warn({ reason: String(error) }, 'a credential could not be hashed anew');
    }
  }

  return {
    check,
    forget: verified.forget,
    forgetAll: verified.clear,
    running: () => running + waiting.length,
    close: slowHash.close,
  };
}

/** IPv6 by /64: who has one address of it has all of them. */
function placeOf(address: string | null): string {
  const parsed = address === null ? undefined : parseAddress(address);
  if (parsed === undefined) return 'unknown';
  return formatNetwork(enclosingNetwork(parsed, parsed.family === 4 ? 32 : 64));
}
