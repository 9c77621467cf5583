import type { EventContent, EventSentence } from './events.ts';
import { signalWords } from './signals.ts';

// What the ladder, and staff about abuse, did to an entry, its server or its account.

type SentenceOf = (content: EventContent, actor: string) => EventSentence;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** "3 complaints, 1 message that is spam", or nothing. */
function seen(content: EventContent): string | undefined {
  if (!Array.isArray(content.signals)) return undefined;
  const parts = content.signals.flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null || !('what' in one) || !('count' in one)) return [];
    const words = signalWords[String(one.what) as keyof typeof signalWords];
    return words === undefined ? [] : words(Number(one.count));
  });
  return parts.length === 0 ? undefined : parts.join(', ');
}

const withSeen =
  (sentence: string): SentenceOf =>
  (content) => ({ text: sentence, value: seen(content) });

const withStaffReason =
  (sentence: (actor: string) => string): SentenceOf =>
  (content, actor) => {
    const { evidence } = content;
    const reason =
      typeof evidence === 'object' && evidence !== null && 'reason' in evidence ? evidence.reason : null;
    return { text: sentence(actor), quote: text(reason) ?? text(content.reason) };
  };

const grades: Readonly<Record<string, string>> = { minor: 'minor', serious: 'serious', gravest: 'gravest' };

/** Removals and suspensions that say what was seen; undefined for those of a person. */
export function abuseSentence(
  verb: 'removed' | 'suspended',
  content: EventContent,
): EventSentence | undefined {
  if (content.cause !== 'abuse' || !Array.isArray(content.signals)) return undefined;
  return { text: verb === 'removed' ? 'Removed for abuse.' : 'Suspended for abuse.', value: seen(content) };
}

export const abuseEvents = {
  warned: withSeen('The owners were warned of abuse.'),
  throttled: (content) => ({
    text: `Slowed down to ${String(content.rate)} messages an hour.`,
    value: seen(content),
  }),
  throttle_ended: () => ({ text: 'Nothing more was seen: it may send at its own rate again.' }),
  appealed: (content, actor) => ({ text: `${actor} appealed:`, quote: text(content.statement) }),
  reported_by_staff: (content, actor) =>
    withStaffReason(() => `${actor} reported abuse (${grades[String(content.grade)] ?? 'unknown'}).`)(
      content,
      actor,
    ),
  signal_set_aside: withStaffReason((actor) => `${actor} set a signal aside.`),
  ladder_observed: (content) => ({
    text: `The ladder only observes. It would have: ${String(content.called_for)}.`,
    value: seen(content),
  }),
  ladder_critical: (content) => ({
    text: `Spared because it is critical. A person decides: ${String(content.called_for)}?`,
    value: seen(content),
  }),
  marked_critical: withStaffReason((actor) => `${actor} marked it as critical.`),
  unmarked_critical: withStaffReason((actor) => `${actor} said that it is not critical any more.`),
  spared: (content) => ({
    text:
      content.cause === 'idle'
        ? 'Not expired although nothing comes from it, because it is critical. A person decides.'
        : content.cause === 'domain'
          ? `Keeps the sender domain ${String(content.domain)} although its TXT record is missing, because it is critical. A person decides.`
          : 'Not suspended although what we find out has changed, because it is critical. A person decides.',
  }),
  ladder_held: (content) => ({
    text: `Held by the fuse: ${String(content.called_for)}.`,
    value: seen(content),
  }),
  server_suspended: (content) => ({
    text: `The server is suspended: ${String(content.removals)} removals for abuse in ${String(content.days)} days.`,
  }),
} satisfies Record<string, SentenceOf>;
