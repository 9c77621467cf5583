import { z } from 'zod';
import { entryStates } from '../../../domain/entry-lifecycle.ts';
import { requirements } from '../../../domain/evaluation.ts';
import { timestamp } from './fields.ts';
import { responseSchema } from './registry.ts';

// What an entry is answered as. Fields may be added; what is here stays.

const scopeSchema = responseSchema(
  'Scope',
  z.object({
    sender_domains: z
      .array(z.string())
      .describe('Of envelope and header From; the verified ones by default.'),
    recipient_domains: z.array(z.string()).nullable().describe('Null: any.'),
    tls: z.enum(['required', 'offered', 'hidden']),
    messages_per_hour: z.number().int(),
    recipients_per_message: z.number().int(),
    message_bytes: z.number().int(),
    mode: z.enum(['enforce', 'sandbox']),
    sandbox_until: timestamp.nullable(),
  }),
);

const requirementSchema = responseSchema(
  'RequirementVerdict',
  z.object({
    requirement: z.enum(requirements),
    verdict: z.enum(['pass', 'fail', 'unknown']),
    reason: z.string().describe('Stable; `message` is its sentence.'),
    message: z.string(),
  }),
);

const proofSchema = responseSchema(
  'Proof',
  z.object({
    address: z
      .string()
      .nullable()
      .describe('Any message from the requested network to this address proves control. Null once decided.'),
    url: z.string().nullable().describe('Null where this platform takes no proof by HTTP.'),
    proven_at: timestamp.nullable(),
  }),
);

const widerScopeSchema = scopeSchema
  .pick({ tls: true, recipients_per_message: true, message_bytes: true })
  .extend({
    sender_domains: z.array(z.string()).nullable(),
    recipient_domains: z.array(z.string()).nullable(),
    messages_per_hour: z.number().int().nullable(),
    rarely_sends: z.boolean(),
  })
  .partial();

export const entrySchema = responseSchema(
  'Entry',
  z.object({
    id: z.uuid(),
    account: z.string(),
    server: z.string(),
    network: z.string().describe('Canonical; a single address without its prefix length.'),
    status: z.enum(entryStates),
    in_force: z
      .boolean()
      .describe(
        'Whether mail is taken from it now: without authentication, or with it where `mail_needs` of the server is `both`.',
      ),
    state: z
      .enum(['in_force', 'pending', 'suspended', 'lapsed', 'cancelled', 'removed_abuse', 'ended'])
      .describe('Server, subscription and account folded in.'),
    state_reason: z.string(),
    expires_at: timestamp.nullable().describe('When it is no longer in force by itself.'),
    purpose: z.string(),
    label: z.string().nullable(),
    site: z.string().nullable(),
    contact: z.string().nullable(),
    provider: z.string().nullable(),
    tenure: z.enum(['leased', 'owned']).nullable(),
    lease_end: z.iso.date().nullable(),
    rarely_sends: z.boolean(),
    critical: z
      .boolean()
      .nullable()
      .describe('Nothing automatic takes it out of force. Null with an account token.'),
    attestations: z.object({ static: z.boolean(), dedicated: z.boolean(), responsible: z.boolean() }),
    scope: scopeSchema,
    wider_scope: widerScopeSchema.nullable().describe('What was asked for and waits for review.'),
    requirements: z.array(requirementSchema),
    proof: proofSchema,
    suspension_causes: z.array(z.enum(['owner', 'staff', 'abuse', 'drift'])),
    end_cause: z.string().nullable(),
    review_by: timestamp.nullable().describe('By when an owner has to attest it again.'),
    activated_at: timestamp.nullable(),
    ended_at: timestamp.nullable(),
    revision: z.number().int(),
    created_at: timestamp,
    updated_at: timestamp,
  }),
);
export type EntryJson = z.infer<typeof entrySchema>;

const eventSchema = responseSchema(
  'EntryEvent',
  z.object({
    id: z.uuid(),
    at: timestamp,
    kind: z.string(),
    actor: z.object({
      kind: z.enum(['person', 'staff', 'system', 'platform', 'node']),
      name: z.string().nullable(),
    }),
    message: z.string(),
    quote: z.string().nullable().describe('The words of a person: a reason, a question, a purpose.'),
    content: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('For staff tokens: all that was recorded.'),
  }),
);

const threadSchema = responseSchema(
  'ThreadMessage',
  z.object({
    id: z.uuid(),
    side: z.enum(['support', 'account']),
    name: z.string().nullable(),
    body: z.string(),
    at: timestamp,
  }),
);

export const entryDetailSchema = responseSchema(
  'EntryDetail',
  entrySchema.extend({ events: z.array(eventSchema), thread: z.array(threadSchema) }),
);
export type EntryDetailJson = z.infer<typeof entryDetailSchema>;

export const entryPageSchema = responseSchema(
  'EntryPage',
  z.object({ data: z.array(entrySchema), next_cursor: z.string().nullable() }),
);

export const approvalsSchema = responseSchema(
  'Approvals',
  z.object({ approvals: z.number().int(), required: z.number().int() }),
);
