import type { ScopeWish } from '../../domain/entry-scope.ts';
import type { EventContent, EventSentence } from './events.ts';
import { type ScopeField, scope, scopeText } from './scope.ts';

// What happens to an entry after it was approved, in one sentence per kind of event.

type SentenceOf = (content: EventContent, actor: string) => EventSentence;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const wishIn = (content: EventContent): string =>
  typeof content.scope === 'object' && content.scope !== null ? scopeText(content.scope as ScopeWish) : '';

/** Of a server, where its name is no word for people. */
const serverFields: Readonly<Record<string, string>> = {
  mail_needs: 'whether mail needs a sign-in and a whitelisted address together',
};

const listIn = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

const details: Readonly<Record<string, string>> = { label: 'label', site: 'site', contact: 'contact' };

function edited(content: EventContent, actor: string): EventSentence {
  if (content.mode === 'sandbox') return { text: `${actor} turned the sandbox on for 24 hours.` };
  if (content.mode === 'enforce') return { text: `${actor} ended the sandbox.` };
  const wish = wishIn(content);
  const named = listIn(content.changed).flatMap((field) => details[field] ?? []);
  if (wish === '') {
    return { text: `${actor} changed ${named.join(', ') || 'what stands about it'}.` };
  }
  return { text: `${actor} changed what it may send: ${wish}.` };
}

/** What no person removed: why it ended then. */
const ends: Readonly<Record<string, string>> = {
  takeover: 'Removed: the address is no longer yours.',
  account_closed: 'Removed: the account is cancelled.',
  server_closed: 'Removed: the server is cancelled.',
};

export function endedBySystem(content: EventContent): EventSentence | undefined {
  const sentence = typeof content.cause === 'string' ? ends[content.cause] : undefined;
  return sentence === undefined ? undefined : { text: sentence, quote: text(content.reason) };
}

const ofDomain = (sentence: (domain: string, actor: string) => string) =>
  ((content, actor) => ({ text: sentence(String(content.domain), actor) })) satisfies SentenceOf;

export const lifeEvents: Readonly<Record<string, SentenceOf>> = {
  edited,
  wider_scope_requested: (content, actor) => ({
    text: `${actor} asked for a wider scope: ${wishIn(content)}.`,
  }),
  wider_scope_withdrawn: (content, actor) => {
    const names = listIn(content.fields).map((field) => scope.names[field as ScopeField] ?? field);
    return { text: `${actor} took the wish for a wider scope back: ${names.join(', ')}.` };
  },
  scope_granted: (content, actor) => ({
    text: `${actor} granted a wider scope: ${wishIn(content)}.`,
    quote: text(content.reason),
  }),
  scope_refused: (content, actor) => ({
    text: `${actor} refused a wider scope: ${wishIn(content)}.`,
    quote: text(content.reason),
  }),
  domain_claimed: ofDomain(
    (domain, actor) => `${actor} named ${domain} as a sender domain, not verified yet.`,
  ),
  domain_claim_withdrawn: ofDomain((domain, actor) => `${actor} gave up the claim to ${domain}.`),
  domain_verified: ofDomain((domain) => `${domain} is verified by its TXT record.`),
  domain_ended: (content, actor) => ({
    text:
      content.cause === 'record_missing'
        ? `The sender domain ${String(content.domain)} has ended: its TXT record was missing for too long.`
        : `${actor} removed the sender domain ${String(content.domain)}.`,
  }),
  domain_record_missing: ofDomain(
    (domain) => `The TXT record of ${domain} is missing. The owners were told.`,
  ),
  domain_silent: ofDomain(
    (domain) => `The name servers of ${domain} have not answered for four days. The owners were told.`,
  ),
  domain_record_found: ofDomain((domain) => `The TXT record of ${domain} is there again.`),
  sponsor_left: (content) =>
    content.reviewBy === null
      ? { text: 'The owner who accepted responsibility has left. Another owner has to accept it.' }
      : { text: 'The owner who stood for it has left. Another owner has to confirm it.' },
  ownership_asked: () => ({ text: 'Support asked whether this address is still yours.' }),
  ownership_answered: (content, actor) => ({
    text: `${actor} answered that it is still theirs:`,
    quote: text(content.answer),
  }),
  ownership_settled: () => ({ text: 'Support asks no more: the address stays with you.' }),
  account_created: () => ({ text: 'The platform made the account.' }),
  account_changed: (content) => ({
    text: `The platform changed the account: ${String(content.platform_status ?? content.status)}.`,
  }),
  account_closed: (content, actor) => ({
    text: `${actor} closed the account.`,
    quote: text(content.reason),
  }),
  account_reopened: (content, actor) => ({
    text: `${actor} opened the account again.`,
    quote: text(content.reason),
  }),
  server_created: () => ({ text: 'The platform made a server.' }),
  server_changed: (content, actor) => ({
    text: `${actor} changed a server: ${listIn(content.changes)
      .map((field) => serverFields[field] ?? field)
      .join(', ')}.`,
  }),
  membership_set: (content, actor) => ({
    text:
      content.invitation !== undefined
        ? `${actor} accepted an invitation, as ${String(content.role)}.`
        : content.before === null
          ? `${actor} let somebody in, as ${String(content.role)}.`
          : `${actor} made somebody ${String(content.role)}, who was ${String(content.before)}.`,
  }),
  member_invited: (content, actor) => ({ text: `${actor} invited somebody, as ${String(content.role)}.` }),
  member_invitation_declined: () => ({ text: 'Somebody who was invited declined.' }),
  member_invitation_withdrawn: (_content, actor) => ({ text: `${actor} took an invitation back.` }),
  membership_ended: (content, actor) => ({
    text: `${actor} ended the membership of a ${String(content.role)}.`,
  }),
};
