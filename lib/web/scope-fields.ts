import { z } from 'zod';
import type { ScopeWish } from '../domain/entry-scope.ts';
import { domain } from './api/schemas/fields.ts';
import { checkbox, textList } from './form-fields.ts';
import { scope as words } from './messages/scope.ts';

const MOST_DOMAINS = 1000;
const MOST_MESSAGES = 10_000_000;
const MOST_RECIPIENTS = 1000;

function count(most: number, problem: string = words.refusals.not_a_number) {
  return z
    .string()
    .trim()
    .regex(/^\d{1,9}$/, words.refusals.not_a_number)
    .transform(Number)
    .refine((value) => value >= 1 && value <= most, problem);
}

/** Domains as people list them: one on each line, or with commas or spaces between. */
const domainList = z
  .string()
  .default('')
  .transform((text, context) => {
    const names = text.split(/[\s,;]+/).filter((part) => part !== '');
    const parsed = z.array(domain).max(MOST_DOMAINS).safeParse(names);
    if (parsed.success) return parsed.data;
    context.addIssue(words.refusals.not_a_domain);
    return z.NEVER;
  });

/** The fields of the form in which an account chooses what an entry may send. */
export const scopeFields = {
  senders: z.enum(['all', 'some']).optional(),
  sender_domains: textList,
  recipient_domains: domainList,
  tls: z.enum(['offered', 'required', 'hidden']),
  messages_per_hour: z.union([
    z
      .string()
      .trim()
      .length(0)
      .transform(() => null),
    count(MOST_MESSAGES),
  ]),
  recipients_per_message: count(MOST_RECIPIENTS, words.refusals.too_many),
  message_bytes: z.coerce.number().int().min(1024).max(104_857_600),
  rarely_sends: checkbox,
};

const scopeForm = z.object(scopeFields);

/** What the form says, as an operation takes it. A server without a domain has no choice of senders. */
export function scopeOfForm(form: z.output<typeof scopeForm>): ScopeWish {
  return {
    ...(form.senders === undefined
      ? {}
      : { senderDomains: form.senders === 'all' ? null : form.sender_domains }),
    recipientDomains: form.recipient_domains.length === 0 ? null : form.recipient_domains,
    tls: form.tls,
    messagesPerHour: form.messages_per_hour,
    recipientsPerMessage: form.recipients_per_message,
    messageBytes: form.message_bytes,
    rarelySends: form.rarely_sends,
  };
}
