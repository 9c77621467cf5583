import { z } from 'zod';
import { isCursor } from '../../../../db/queries/entries.ts';
import { entryStates } from '../../../domain/entry-lifecycle.ts';
import { requirements } from '../../../domain/evaluation.ts';
import { formatNetwork, parseNetwork } from '../../../domain/network.ts';
import { day, domains, optionalText, text } from './fields.ts';
import { requestSchema } from './registry.ts';

// What clients send about an entry. Fields that are not named here are passed over.

const MOST_PER_PAGE = 100;
const USUAL_PER_PAGE = 50;

const scopeFields = {
  sender_domains: domains.nullish().describe('Null: every verified domain of the server.'),
  recipient_domains: domains.nullish().describe('Null: any.'),
  tls: z.enum(['required', 'offered', 'hidden']).optional(),
  messages_per_hour: z.number().int().min(1).max(10_000_000).nullish().describe('Null: what the plan gives.'),
  recipients_per_message: z.number().int().min(1).max(1000).optional(),
  message_bytes: z.number().int().min(1024).max(104_857_600).optional(),
};

export const newEntrySchema = requestSchema(
  'NewEntry',
  z.object({
    network: z.string().describe('An address or a network in CIDR notation, strictly written.'),
    purpose: text(2000).describe('What sends from there.'),
    attestations: z
      .object({ static: z.boolean(), dedicated: z.boolean(), responsible: z.boolean() })
      .describe('`responsible` counts only with the token of an owner.'),
    label: optionalText(200),
    site: optionalText(200),
    contact: optionalText(200),
    provider: optionalText(200),
    tenure: z.enum(['leased', 'owned']).nullish(),
    lease_end: day.nullish(),
    rarely_sends: z.boolean().optional(),
    scope: z
      .object({ ...scopeFields, mode: z.literal('enforce').optional() })
      .optional()
      .describe('An entry begins in force for real; an owner turns the sandbox on later.'),
  }),
);

export const editEntrySchema = requestSchema(
  'EntryEdits',
  z.object({
    label: optionalText(200),
    contact: optionalText(200),
    site: optionalText(200),
    rarely_sends: z
      .boolean()
      .optional()
      .describe('Spared from expiring when silent: true waits for review, false holds at once.'),
    scope: z
      .object({ ...scopeFields, mode: z.enum(['enforce', 'sandbox']).optional() })
      .optional()
      .describe('What is narrower holds at once, what is wider waits for review.'),
    revision: z.number().int().optional(),
  }),
);

const reason = text(5000);
const revision = z.number().int().optional().describe('As it was read; 409 if it is another by now.');

export const approvalSchema = requestSchema(
  'Approval',
  z.object({
    reason,
    override: z.array(z.enum(requirements)).default([]).describe('Failed requirements to pass over.'),
    revision,
  }),
);

export const staffDecisionSchema = requestSchema('StaffDecision', z.object({ reason, revision }));

export const criticalSchema = requestSchema(
  'Critical',
  z.object({ critical: z.boolean(), reason, revision }),
);

export const removalSchema = requestSchema(
  'Removal',
  z.object({
    reason: z.string().trim().max(5000).default('').describe('Needed with a staff token.'),
    abuse: z.boolean().default(false).describe('Staff: removed for abuse, which begins the cool-down.'),
    revision,
  }),
);

export const renewalSchema = requestSchema('Renewal', z.object({ lease_end: day.nullish() }));

export const answerSchema = requestSchema('Answer', z.object({ answer: text(5000) }));

export const nothingSchema = z.object({});

/** A parameter that is there and empty was not given. */
function optional<Schema extends z.ZodType<unknown, string>>(schema: Schema) {
  return z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
}

const statuses = z
  .string()
  .transform((list) => list.split(',').map((status) => status.trim()))
  .pipe(z.array(z.enum(entryStates)))
  .describe(`One or several of ${entryStates.join(', ')}, joined by commas.`);

const network = z.string().transform((text, context) => {
  const parsed = parseNetwork(text);
  if (parsed.ok) return formatNetwork(parsed.network);
  context.addIssue('is no address and no network in canonical form');
  return z.NEVER;
});

const page = {
  status: optional(statuses),
  limit: z
    .preprocess(
      (value) => (value === '' ? undefined : value),
      z.coerce
        .number()
        .int()
        .min(1)
        .default(USUAL_PER_PAGE)
        .transform((limit) => Math.min(limit, MOST_PER_PAGE)),
    )
    .describe(`At most ${MOST_PER_PAGE} are given.`),
  cursor: optional(z.string().refine(isCursor, 'is no cursor of ours')).describe(
    'The `next_cursor` of the page before.',
  ),
};

export const serverEntriesQuery = z.object({
  ...page,
  network: optional(network).describe('Exactly this address or network.'),
});

export const searchEntriesQuery = z.object({
  ...page,
  address: optional(network).describe('Entries that cover this address.'),
});
