import { timingSafeEqual } from 'node:crypto';
import { currentKey, hmacSha256, type LabelledKey, labelledKeys, type Secrets } from './keys.ts';

/** A password's new hash, as a node reports it to those who may write it. */
export type ReportedRehash = {
  readonly credential_id: string;
  readonly replaces_sha256: string;
  readonly password_hash: string;
};

function signatureBy(key: LabelledKey, rehash: ReportedRehash): Buffer {
  const { credential_id: id, replaces_sha256: replaces, password_hash: hash } = rehash;
  return hmacSha256(key.key, JSON.stringify([id, replaces, hash]));
}

/**
 * Signs a rehash. The login of a node reads every hash and may leave reports: without a signature, whoever got hold of that
 * login alone could give any customer's user name a password of their own.
 * @returns base64url
 */
export function signRehash(secrets: Secrets, rehash: ReportedRehash): string {
  return signatureBy(currentKey(secrets, 'rehash'), rehash).toString('base64url');
}

/** Whether a node has signed this, also by the previous secret while that is being rotated. */
export function isSignedRehash(secrets: Secrets, rehash: ReportedRehash, signature: string): boolean {
  const given = Buffer.from(signature, 'base64url');
  return labelledKeys(secrets, 'rehash').some((key) => {
    const made = signatureBy(key, rehash);
    return given.length === made.length && timingSafeEqual(given, made);
  });
}
