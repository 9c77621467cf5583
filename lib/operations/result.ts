import type { EntryState, Verb } from '../domain/entry-lifecycle.ts';
import type { FactValue, Requirement } from '../domain/evaluation.ts';
import type { Reader, Viewer } from '../domain/permissions.ts';

/** An expected refusal. Doors turn it into words (pages) or a problem document (API); bugs and outages throw. */
export type Refusal =
  | { ok: false; code: 'not_found' }
  | { ok: false; code: 'not_allowed'; ability: string }
  | { ok: false; code: 'state_forbids'; state: EntryState; verb: Verb; since?: readonly Happened[] }
  | { ok: false; code: 'changed_meanwhile'; revision: number; since?: readonly Happened[] }
  | { ok: false; code: 'overlaps_live_entry' }
  /** What is in the way, and the slug of its server: it may be another one of the account. */
  | { ok: false; code: 'already_requested'; entryId: string; server: string }
  | { ok: false; code: 'approvals_frozen'; reason: string }
  | { ok: false; code: 'takeover_open'; until: Date }
  | { ok: false; code: 'reason_missing' }
  | { ok: false; code: 'invalid'; field: string; reason: string }
  | { ok: false; code: 'same_person' }
  | { ok: false; code: 'own_account' }
  | { ok: false; code: 'staff_member' }
  | { ok: false; code: 'stale_feed'; asOf: Date }
  | { ok: false; code: 'taken'; field: string }
  /** Too often in too short a time; from `until` on it is taken again. */
  | { ok: false; code: 'throttled'; until: Date }
  | {
      ok: false;
      code: 'requirement_failed';
      requirement: Requirement;
      reason: string;
      facts: Record<string, FactValue>;
      suggestions: string[];
      /** Whether naming it in `override` would help (only at approval). */
      overridable: boolean;
    };

/** What somebody else did while a decision was made: for staff alone. */
export type Happened = {
  kind: string;
  at: Date;
  actorKind: Actor['kind'];
  actorName: string | null;
  content: Record<string, unknown>;
};

export type Result<T> = ({ ok: true } & T) | Refusal;

export const refuse = {
  notFound: (): Refusal => ({ ok: false, code: 'not_found' }),
  notAllowed: (ability: string): Refusal => ({ ok: false, code: 'not_allowed', ability }),
};

/** Who does it, from where, through which door. `viewer` null: the system itself. */
export type Actor = {
  kind: 'person' | 'staff' | 'system' | 'platform' | 'node';
  viewer: Viewer | null;
  /** The client address in canonical text, kept in the erasable part of the event. */
  address: string | null;
  via: 'portal' | 'api' | 'cli' | 'job' | 'demo';
};

/** Whoever runs the command line beside the database: no person of the portal, with every right of staff. */
export const operatorActor: Actor = { kind: 'system', viewer: null, address: null, via: 'cli' };

/** As whom the actor reads, or null for the system's own jobs, which read what they need by themselves. */
export function readerOf(actor: Actor): Reader | null {
  if (actor.viewer !== null) return actor.viewer;
  return actor.kind === 'system' && actor.via === 'cli' ? 'operator' : null;
}

export const systemActor: Actor = { kind: 'system', viewer: null, address: null, via: 'job' };
