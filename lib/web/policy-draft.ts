import 'server-only';
import { headers } from 'next/headers';
import type { LiveSession } from '../../db/queries/sessions.ts';
import type { Policy } from '../domain/policy.ts';
import { type CheckedChanges, checkChanges, type PolicyChanges } from '../operations/policy-changes.ts';
import { type PolicyPreview, previewPolicy } from '../operations/preview-policy.ts';
import type { Result } from '../operations/result.ts';
import { actorOf } from './actor.ts';
import { portal } from './portal.ts';

// A change that is not saved yet travels in the address of its preview: it can be gone back to, and shown to somebody.

const LONGEST_DRAFT = 20_000;
/** A person waits for it. */
const LONGEST_LOOK_MS = 20_000;

export type PolicyDraft = PolicyChanges;

export function writeDraft(changes: PolicyChanges): string {
  return Buffer.from(JSON.stringify(changes)).toString('base64url');
}

/** What an address carries, or null for what is none. Unchecked: anybody can write an address. */
export function readDraft(text: string | undefined): unknown {
  if (text === undefined || text.length > LONGEST_DRAFT) return null;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

/** A draft against the policy as it is now. */
export function checkDraft(text: string | undefined, current: Policy): CheckedChanges {
  return checkChanges(readDraft(text), current);
}

/** Which entries a draft would judge otherwise, for the person of the session. */
export async function previewDraft(
  session: LiveSession,
  changes: PolicyChanges,
  now: Date,
): Promise<Result<PolicyPreview>> {
  const actor = actorOf(session, await headers());
  const until = performance.now() + LONGEST_LOOK_MS;
  const goOn = () => performance.now() < until;
  return previewPolicy({ database: portal().database, actor, changes, now, goOn });
}
