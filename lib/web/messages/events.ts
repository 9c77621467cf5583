import type { Requirement } from '../../domain/evaluation.ts';
import { abuseEvents, abuseSentence } from './abuse-events.ts';
import { endedBySystem, lifeEvents } from './life-events.ts';
import { type Facts, requirementSentence, requirements } from './requirements.ts';

/** One sentence per kind of event, for the timeline. `quote` is a person's own words. */
export type EventContent = Readonly<Record<string, unknown>>;
export type EventSentence = { text: string; quote?: string; value?: string };

type SentenceOf = (content: EventContent, actor: string) => EventSentence;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;

const dayOf = (value: unknown): string | undefined => text(value)?.slice(0, 10);

const withReason =
  (sentence: (actor: string, content: EventContent) => string): SentenceOf =>
  (content, actor) => ({ text: sentence(actor, content), quote: text(content.reason) });

// What an owner does about an address of theirs has the words of the buttons.
const suspendedAs = ({ cause }: EventContent): string =>
  cause === 'owner' ? 'Paused' : cause === 'abuse' ? 'Suspended for abuse' : 'Suspended';
const liftedAs = ({ lifted }: EventContent): string =>
  Array.isArray(lifted) && lifted.includes('owner') ? 'Resumed' : 'Restored';

const overridden = (content: EventContent): string => {
  const list = Array.isArray(content.override) ? content.override.map(String) : [];
  const names = list.map((name) =>
    Object.hasOwn(requirements, name) ? `“${requirements[name as Requirement].name}”` : name,
  );
  return names.length === 0 ? '' : ` although not met: ${names.join(', ')}`;
};

/** A requirement that is certain to fail ended the request: its own sentence says why. */
function failureSentence(failure: unknown): EventSentence | undefined {
  if (typeof failure !== 'object' || failure === null) return undefined;
  const { requirement, code, facts } = failure as { requirement?: unknown; code?: unknown; facts?: unknown };
  if (typeof requirement !== 'string' || !Object.hasOwn(requirements, requirement)) return undefined;
  const { saw, value } = requirementSentence({
    requirement: requirement as Requirement,
    verdict: 'fail',
    reason: text(code) ?? '',
    facts: typeof facts === 'object' && facts !== null ? (facts as Facts) : {},
  });
  return { text: `Refused by the evidence. ${saw}`, value };
}

const actors = {
  staff: 'Support',
  system: 'The system',
  platform: 'The platform',
  node: 'A node',
  erased: 'Somebody who has left',
};

/** An actor within a sentence: names stay, "Support" and the like are no names. */
const by = (actor: string): string =>
  Object.values(actors).includes(actor) ? `${actor.charAt(0).toLowerCase()}${actor.slice(1)}` : actor;

const provenBy: Readonly<Record<string, string>> = {
  sending: 'Proven by sending, from',
  sign_in: 'Proven by signing in, from',
  http: 'Proven on the proof page, from',
  dns: 'Proven by a DNS record, for',
};

export const events = {
  actors,
  kinds: {
    requested: (content, actor) => ({ text: `Requested by ${by(actor)}.`, quote: text(content.purpose) }),
    request_refused: (content) => ({
      text: 'A request was refused at once.',
      value: text(content.network),
    }),
    responsibility_accepted: (_content, actor) => ({ text: `${actor} accepted responsibility.` }),
    proof_seen: (content) => ({
      text: provenBy[text(content.method) ?? ''] ?? 'Proven by sending, from',
      value: text(content.address),
    }),
    proof_withdrawn: () => ({ text: 'A proof does not count: it was an automatic or list message.' }),
    review_requested: (_content, actor) => ({ text: `${actor} asked for review without proof.` }),
    checks_completed: () => ({ text: 'All lookups have ended.' }),
    asked: (content) => ({ text: 'Support asked:', quote: text(content.question) ?? text(content.reason) }),
    answered: (content, actor) => ({
      text: `${actor} answered:`,
      quote: text(content.answer) ?? text(content.body),
    }),
    approved: (content, actor) =>
      content.automatic === true
        ? { text: 'Approved automatically: every requirement is met, with proof.' }
        : {
            text: `Approved by ${by(actor)}${overridden(content)}.`,
            quote: text(content.reason),
          },
    approval_recorded: (content) => ({
      text: `First of two approvals${overridden(content)}.`,
      quote: text(content.reason),
    }),
    rejected: (content, actor) =>
      failureSentence(content.failure) ?? { text: `Rejected by ${by(actor)}.`, quote: text(content.reason) },
    drift_seen: () => ({
      text: 'What we find out about this address has changed. We look again tomorrow before we do anything.',
    }),
    drift_asked: (content) => ({
      text: 'What we find out about this address has changed. An owner has to confirm that it is still theirs, by',
      value: dayOf(content.reviewBy),
    }),
    drift_gone: () => ({ text: 'What had changed about this address has not lasted.' }),
    withdrawn: withReason((actor) => `Withdrawn by ${by(actor)}.`),
    suspended: (content, actor) =>
      abuseSentence('suspended', content) ??
      withReason(() => `${suspendedAs(content)} by ${by(actor)}.`)(content, actor),
    restored: withReason((actor, content) => `${liftedAs(content)} by ${by(actor)}.`),
    cause_lifted: withReason((actor, content) => {
      const left = Array.isArray(content.left) && content.left.some((cause) => cause !== 'owner');
      return `${liftedAs(content)} by ${by(actor)}, but still ${left ? 'suspended' : 'paused by the owner'}.`;
    }),
    removed: (content, actor) =>
      abuseSentence('removed', content) ??
      endedBySystem(content) ??
      withReason(() => `${content.cause === 'abuse' ? 'Removed for abuse' : 'Removed'} by ${by(actor)}.`)(
        content,
        actor,
      ),
    removed_for_abuse: withReason(() => 'Removed for abuse.'),
    imported: () => ({ text: 'Taken over from an earlier list, in force at once.' }),
    renewed: withReason((actor) => `Renewed by ${by(actor)}.`),
    expired: withReason(() => 'Expired: nothing came in time.'),
    ...abuseEvents,
    ...lifeEvents,
    enforced: (content) => ({ text: `In force on ${text(content.nodes) ?? 'all'} nodes.` }),
  } satisfies Record<string, SentenceOf> as Readonly<Record<string, SentenceOf>>,
  /** For a kind that has no words yet: the kind itself, readable. */
  other: (kind: string): EventSentence => ({
    text: `${kind.charAt(0).toUpperCase()}${kind.slice(1).replaceAll('_', ' ')}.`,
  }),
};

export function eventSentence(kind: string, content: EventContent, actor: string): EventSentence {
  const words = Object.hasOwn(events.kinds, kind) ? events.kinds[kind] : undefined;
  return words ? words(content, actor) : events.other(kind);
}
