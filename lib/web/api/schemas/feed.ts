import { z } from 'zod';
import { isPasswordHash } from '../../../domain/password-hash.ts';
import { domains, email, moment, slug, text, timestamp } from './fields.ts';
import { requestSchema, responseSchema } from './registry.ts';

// What the platform's own systems feed. Absent means unchanged, a list is the full set.

const as_of = moment.optional().describe('When the platform knew this; older than the last one is refused.');
const MOST_CREDENTIALS = 10_000;

const held = z
  .literal(true)
  .optional()
  .describe(
    'What the feed says would take many entries out of force at once. Until a person has decided, it stands as shown.',
  );

export const accountFeedSchema = requestSchema(
  'AccountFeed',
  z.object({ name: text(200), status: z.enum(['active', 'suspended', 'cancelled']), as_of }),
);

export const accountSchema = responseSchema(
  'Account',
  z.object({
    slug: z.string(),
    name: z.string(),
    status: z.enum(['active', 'suspended', 'cancelled']),
    held,
    as_of: timestamp.nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  }),
);

const credentialSchema = z.object({
  username: text(255).regex(/^[\x21-\x7e]+$/, 'is printable ASCII without spaces'),
  password_hash: z.string().max(500).refine(isPasswordHash, 'is no argon2id, bcrypt or sha512-crypt hash'),
});

export const serverFeedSchema = requestSchema(
  'ServerFeed',
  z.object({
    account: slug.optional(),
    name: text(200).optional(),
    status: z.enum(['active', 'paused', 'cancelled']).optional(),
    mail_needs: z
      .enum(['either', 'both'])
      .optional()
      .describe(
        'What lets mail in: a whitelisted address or a sign-in (`either`, the default), or only a sign-in from a whitelisted address of this server (`both`).',
      ),
    plan: z.string().max(100).optional(),
    subscription: z
      .object({
        status: z.enum(['active', 'past_due', 'lapsed', 'cancelled']).optional(),
        paid_until: moment.nullish(),
      })
      .optional(),
    domains: domains.optional().describe('The full set of verified sender domains.'),
    credentials: z
      .array(credentialSchema)
      .max(MOST_CREDENTIALS)
      .refine(namesDiffer, 'names a username twice')
      .optional()
      .describe('The full set; hashes in the PHC or crypt form of argon2id, bcrypt or sha512-crypt.'),
    as_of,
  }),
);

function namesDiffer(credentials: readonly { username: string }[]): boolean {
  return new Set(credentials.map((one) => one.username.toLowerCase())).size === credentials.length;
}

export const serverSchema = responseSchema(
  'Server',
  z.object({
    slug: z.string(),
    account: z.string(),
    name: z.string(),
    status: z.enum(['active', 'paused', 'suspended', 'cancelled']),
    mail_needs: z.enum(['either', 'both']),
    plan: z.string().nullable(),
    subscription: z
      .object({
        status: z.enum(['active', 'past_due', 'lapsed', 'cancelled']),
        paid_until: timestamp.nullable(),
      })
      .nullable(),
    domains: z.array(z.string()),
    credentials: z.array(z.object({ username: z.string() })),
    held,
    as_of: timestamp.nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  }),
);
export type ServerJson = z.infer<typeof serverSchema>;

export const personFeedSchema = requestSchema(
  'PersonFeed',
  z.object({ role: z.enum(['owner', 'member', 'viewer']) }),
);

export const personSchema = responseSchema(
  'Person',
  z.object({
    account: z.string(),
    email,
    role: z.enum(['owner', 'member', 'viewer']),
    invitation_url: z
      .string()
      .nullable()
      .describe(
        'Where a person whom this call has made sets a password; who was known before is sent it by mail alone.',
      ),
  }),
);

export const accountParams = z.object({ slug });
export const personParams = z.object({ slug, email });
