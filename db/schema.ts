import {
  bigint,
  boolean,
  cidr,
  customType,
  date,
  doublePrecision,
  inet,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import type { SignalKind } from '../lib/domain/abuse-signals.ts';
import type { DomainOutcome } from '../lib/domain/domain-recheck.ts';
import type { EntryState } from '../lib/domain/entry-lifecycle.ts';
import type { EffectiveScope, ScopeMode, ScopeWish, TlsMode } from '../lib/domain/entry-scope.ts';
import type { EvidenceOutcome, EvidenceSource } from '../lib/domain/evidence.ts';
import type { FuseCause, FuseEffect, HeldAction } from '../lib/domain/fuse.ts';
import type { LadderStep, Rung } from '../lib/domain/ladder-policy.ts';
import type { MailAudience, MailChoice, MailGroup } from '../lib/domain/mail-kinds.ts';
import type { MailContent, RedactedSample } from '../lib/domain/mail-values.ts';
import type { AccountRole, StaffRole, TokenScope } from '../lib/domain/permissions.ts';
import type { ProofKind } from '../lib/domain/policy.ts';
import type { AccountStatus, ServerStatus, ServerWord, SubscriptionStatus } from '../lib/domain/sanctions.ts';
import type { MailNeeds } from '../lib/domain/smtp-decision.ts';

// The shape of the tables for typed queries. What they guarantee (constraints, triggers, views) stands in
// migrations/*.sql; schema.test.ts holds the two against each other.

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
const moment = (name: string) => timestamp(name, { withTimezone: true });
const id = () => uuid('id').primaryKey().defaultRandom();
const createdAt = () => moment('created_at').notNull().defaultNow();
const updatedAt = () => moment('updated_at').notNull().defaultNow();
const revision = () => bigint('revision', { mode: 'number' }).notNull().default(0);

export const accounts = pgTable('accounts', {
  id: id(),
  slug: text('slug').notNull(),
  name: text('name').notNull(),
  status: text('status').$type<AccountStatus>().notNull().default('active'),
  asOf: moment('as_of'),
  statusSince: moment('status_since').notNull().defaultNow(),
  platformStatus: text('platform_status').$type<AccountStatus>(),
  suspendedForAbuseAt: moment('suspended_for_abuse_at'),
  cancelledByStaffAt: moment('cancelled_by_staff_at'),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

export const people = pgTable('people', {
  id: id(),
  email: text('email'),
  name: text('name'),
  passwordHash: text('password_hash'),
  totpSecret: text('totp_secret'),
  totpConfirmedAt: moment('totp_confirmed_at'),
  totpLastStep: bigint('totp_last_step', { mode: 'number' }),
  timeZone: text('time_zone').notNull().default('UTC'),
  demo: boolean('demo').notNull().default(false),
  erasedAt: moment('erased_at'),
  createdAt: createdAt(),
});

export const memberships = pgTable('memberships', {
  id: id(),
  accountId: uuid('account_id').notNull(),
  personId: uuid('person_id').notNull(),
  role: text('role').$type<AccountRole>().notNull(),
  createdAt: createdAt(),
  endedAt: moment('ended_at'),
});

export const staff = pgTable('staff', {
  personId: uuid('person_id').primaryKey(),
  role: text('role').$type<StaffRole>().notNull(),
  createdAt: createdAt(),
  endedAt: moment('ended_at'),
});

export const invitations = pgTable('invitations', {
  id: id(),
  tokenHash: bytea('token_hash').notNull(),
  personId: uuid('person_id').notNull(),
  createdAt: createdAt(),
  expiresAt: moment('expires_at').notNull(),
  usedAt: moment('used_at'),
});

export const accountInvitations = pgTable('account_invitations', {
  id: id(),
  accountId: uuid('account_id').notNull(),
  personId: uuid('person_id').notNull(),
  role: text('role').$type<AccountRole>().notNull(),
  invitedBy: uuid('invited_by').notNull(),
  createdAt: createdAt(),
  expiresAt: moment('expires_at').notNull(),
  answeredAt: moment('answered_at'),
  outcome: text('outcome').$type<'accepted' | 'declined' | 'withdrawn' | 'expired'>(),
});

export const sessions = pgTable('sessions', {
  id: id(),
  personId: uuid('person_id').notNull(),
  secondFactorAt: moment('second_factor_at'),
  address: inet('address'),
  userAgent: text('user_agent'),
  createdAt: createdAt(),
  lastSeenAt: moment('last_seen_at').notNull().defaultNow(),
  expiresAt: moment('expires_at').notNull(),
  revokedAt: moment('revoked_at'),
});

export const throttles = pgTable('throttles', {
  key: text('key').primaryKey(),
  failures: integer('failures').notNull().default(0),
  windowStartedAt: moment('window_started_at').notNull(),
  blockedUntil: moment('blocked_until'),
});

export const apiTokens = pgTable('api_tokens', {
  id: id(),
  tokenHash: bytea('token_hash').notNull(),
  personId: uuid('person_id').notNull(),
  name: text('name').notNull(),
  scope: text('scope').$type<TokenScope>().notNull(),
  createdAt: createdAt(),
  expiresAt: moment('expires_at'),
  lastUsedAt: moment('last_used_at'),
  revokedAt: moment('revoked_at'),
});

export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    tokenId: uuid('token_id').notNull(),
    key: text('key').notNull(),
    requestHash: bytea('request_hash').notNull(),
    status: integer('status'),
    body: jsonb('body').$type<unknown>(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.tokenId, table.key] })],
);

export const plans = pgTable('plans', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  entitled: boolean('entitled').notNull(),
  widestPrefixV4: integer('widest_prefix_v4').notNull(),
  widestPrefixV6: integer('widest_prefix_v6').notNull(),
  mostEntries: integer('most_entries').notNull(),
  defaultMessagesPerHour: integer('default_messages_per_hour').notNull(),
});

export const servers = pgTable('servers', {
  id: id(),
  accountId: uuid('account_id').notNull(),
  slug: text('slug').notNull(),
  name: text('name').notNull(),
  status: text('status').$type<ServerStatus>().notNull().default('active'),
  platformStatus: text('platform_status').$type<ServerWord>(),
  suspendedForAbuseAt: moment('suspended_for_abuse_at'),
  mailNeeds: text('mail_needs').$type<MailNeeds>().notNull().default('either'),
  asOf: moment('as_of'),
  statusSince: moment('status_since').notNull().defaultNow(),
  revision: revision(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

export const subscriptions = pgTable('subscriptions', {
  serverId: uuid('server_id').primaryKey(),
  planId: text('plan_id').notNull(),
  status: text('status').$type<SubscriptionStatus>().notNull(),
  paidUntil: moment('paid_until'),
  pastDueSince: moment('past_due_since'),
  statusSince: moment('status_since').notNull().defaultNow(),
  updatedAt: updatedAt(),
});

export const senderDomains = pgTable('sender_domains', {
  id: id(),
  serverId: uuid('server_id').notNull(),
  domain: text('domain').notNull(),
  source: text('source').$type<'feed' | 'txt'>().notNull(),
  verifiedAt: moment('verified_at').notNull().defaultNow(),
  endedAt: moment('ended_at'),
});

export const domainClaims = pgTable('domain_claims', {
  id: id(),
  serverId: uuid('server_id').notNull(),
  domain: text('domain').notNull(),
  claimedBy: uuid('claimed_by'),
  createdAt: createdAt(),
  checkedAt: moment('checked_at'),
  outcome: text('outcome').$type<'no_record' | 'other_value' | 'temporary_error'>(),
  endedAt: moment('ended_at'),
});

export const domainChecks = pgTable('domain_checks', {
  domainId: uuid('domain_id').primaryKey(),
  record: text('record'),
  checkedAt: moment('checked_at').notNull(),
  outcome: text('outcome').$type<DomainOutcome>().notNull(),
  failures: integer('failures').notNull().default(0),
  missingSince: moment('missing_since'),
  endsAt: moment('ends_at'),
  dueAt: moment('due_at').notNull(),
});

export const smtpCredentials = pgTable('smtp_credentials', {
  id: id(),
  serverId: uuid('server_id').notNull(),
  username: text('username').notNull(),
  passwordHash: text('password_hash').notNull(),
  broughtSha256: text('brought_sha256'),
  revision: revision(),
  createdAt: createdAt(),
  endedAt: moment('ended_at'),
});

export const policies = pgTable('policies', {
  version: integer('version').primaryKey(),
  content: jsonb('content').$type<unknown>().notNull(),
  note: text('note').notNull().default(''),
  createdBy: uuid('created_by'),
  createdAt: createdAt(),
});

export const blockedPrefixes = pgTable('blocked_prefixes', {
  id: id(),
  network: cidr('network').notNull(),
  reason: text('reason').notNull(),
  expiresAt: moment('expires_at'),
  createdAt: createdAt(),
  createdBy: uuid('created_by'),
});

export const platformState = pgTable('platform_state', {
  only: boolean('only').primaryKey().default(true),
  approvalsFrozenAt: moment('approvals_frozen_at'),
  approvalsFrozenReason: text('approvals_frozen_reason'),
});

export type SuspensionCause = 'owner' | 'staff' | 'abuse' | 'drift';

export const entries = pgTable('entries', {
  id: id(),
  accountId: uuid('account_id').notNull(),
  serverId: uuid('server_id').notNull(),
  network: cidr('network').notNull(),
  status: text('status').$type<EntryState>().notNull(),
  suspensionCauses: text('suspension_causes').array().$type<SuspensionCause[]>().notNull().default([]),
  endCause: text('end_cause'),
  purpose: text('purpose').notNull(),
  label: text('label'),
  site: text('site'),
  contact: text('contact'),
  provider: text('provider'),
  tenure: text('tenure').$type<'leased' | 'owned'>(),
  leaseEnd: date('lease_end'),
  rarelySends: boolean('rarely_sends').notNull().default(false),
  critical: boolean('critical').notNull().default(false),
  attestedStatic: boolean('attested_static').notNull(),
  attestedDedicated: boolean('attested_dedicated').notNull(),
  senderDomains: text('sender_domains').array(),
  recipientDomains: text('recipient_domains').array(),
  tls: text('tls').$type<TlsMode>().notNull().default('offered'),
  messagesPerHour: integer('messages_per_hour'),
  throttledTo: integer('throttled_to'),
  throttledAt: moment('throttled_at'),
  recipientsPerMessage: integer('recipients_per_message').notNull().default(100),
  messageBytes: integer('message_bytes').notNull().default(26_214_400),
  mode: text('mode').$type<ScopeMode>().notNull().default('enforce'),
  sandboxUntil: moment('sandbox_until'),
  widerScope: jsonb('wider_scope').$type<ScopeWish>(),
  widerScopeAt: moment('wider_scope_at'),
  proofGeneration: integer('proof_generation').notNull().default(1),
  provenAt: moment('proven_at'),
  checksCompletedAt: moment('checks_completed_at'),
  reviewRequestedAt: moment('review_requested_at'),
  responsibilityAcceptedBy: uuid('responsibility_accepted_by'),
  responsibilityAcceptedAt: moment('responsibility_accepted_at'),
  termsVersion: text('terms_version'),
  requestedBy: uuid('requested_by'),
  requestedByStaff: boolean('requested_by_staff').notNull().default(false),
  sponsorId: uuid('sponsor_id'),
  appealOf: uuid('appeal_of'),
  inheritedAt: moment('inherited_at'),
  reviewBy: moment('review_by'),
  activatedAt: moment('activated_at'),
  endedAt: moment('ended_at'),
  revision: revision(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

export const evidence = pgTable('evidence', {
  id: id(),
  entryId: uuid('entry_id').notNull(),
  source: text('source').$type<EvidenceSource>().notNull(),
  outcome: text('outcome').$type<EvidenceOutcome>().notNull(),
  facts: jsonb('facts').$type<unknown>(),
  raw: jsonb('raw').$type<unknown>(),
  gatheredAt: moment('gathered_at').notNull().defaultNow(),
  checkedAt: moment('checked_at').notNull().defaultNow(),
});

export const evidenceRuns = pgTable(
  'evidence_runs',
  {
    entryId: uuid('entry_id').notNull(),
    source: text('source').$type<EvidenceSource>().notNull(),
    startedAt: moment('started_at').notNull(),
    finishedAt: moment('finished_at'),
    outcome: text('outcome').$type<EvidenceOutcome>(),
    failures: integer('failures').notNull().default(0),
    dueAt: moment('due_at'),
  },
  (table) => [primaryKey({ columns: [table.entryId, table.source] })],
);

export const lookupAnswers = pgTable(
  'lookup_answers',
  {
    kind: text('kind').notNull(),
    question: text('question').notNull(),
    content: jsonb('content').$type<unknown>().notNull(),
    fetchedAt: moment('fetched_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.question] })],
);

export const lookupPauses = pgTable('lookup_pauses', {
  server: text('server').primaryKey(),
  pausedUntil: moment('paused_until').notNull(),
});

export const proofs = pgTable('proofs', {
  id: uuid('id').primaryKey(),
  entryId: uuid('entry_id').notNull(),
  method: text('method').$type<ProofKind>().notNull(),
  address: inet('address').notNull(),
  proofGeneration: integer('proof_generation').notNull(),
  ehlo: text('ehlo'),
  tls: text('tls'),
  mailFrom: text('mail_from'),
  node: text('node'),
  seenAt: moment('seen_at').notNull(),
  withdrawnAt: moment('withdrawn_at'),
  withdrawnCause: text('withdrawn_cause'),
});

export const decisions = pgTable('decisions', {
  id: id(),
  entryId: uuid('entry_id').notNull(),
  kind: text('kind').$type<'approve' | 'reject'>().notNull(),
  /** Null: the system itself approved what meets everything, or refused what is certain to fail. */
  personId: uuid('person_id'),
  reason: text('reason').notNull(),
  overrides: text('overrides').array().notNull().default([]),
  entryRevision: bigint('entry_revision', { mode: 'number' }).notNull(),
  policyVersion: integer('policy_version').notNull(),
  requirements: jsonb('requirements').$type<unknown>().notNull(),
  evidenceIds: uuid('evidence_ids').array().notNull().default([]),
  createdAt: createdAt(),
});

export const automaticLooks = pgTable('automatic_looks', {
  entryId: uuid('entry_id').primaryKey(),
  entryRevision: bigint('entry_revision', { mode: 'number' }).notNull(),
  policyVersion: integer('policy_version').notNull(),
  outcome: text('outcome').notNull(),
  lookedAt: moment('looked_at').notNull(),
});

export const takeovers = pgTable('takeovers', {
  id: id(),
  requestId: uuid('request_id').notNull(),
  entryId: uuid('entry_id').notNull(),
  startedBy: uuid('started_by').notNull(),
  startedAt: moment('started_at').notNull(),
  until: moment('until').notNull(),
  reason: text('reason').notNull(),
  objection: text('objection'),
  objectedBy: uuid('objected_by'),
  objectedAt: moment('objected_at'),
  endedAt: moment('ended_at'),
  outcome: text('outcome').$type<'taken_over' | 'called_off'>(),
});

export const threadMessages = pgTable('thread_messages', {
  id: id(),
  entryId: uuid('entry_id').notNull(),
  side: text('side').$type<'support' | 'account'>().notNull(),
  personId: uuid('person_id').notNull(),
  body: text('body').notNull(),
  createdAt: createdAt(),
});

export const sightings = pgTable(
  'sightings',
  {
    serverId: uuid('server_id').notNull(),
    address: inet('address').notNull(),
    day: date('day').notNull(),
    signIns: integer('sign_ins').notNull(),
  },
  (table) => [primaryKey({ columns: [table.address, table.serverId, table.day] })],
);

/** Which sender domains came from which address: as nodes saw them, taken or refused. */
export const senderSightings = pgTable(
  'sender_sightings',
  {
    address: inet('address').notNull(),
    domain: text('domain').notNull(),
    day: date('day').notNull(),
    taken: integer('taken').notNull(),
    refused: integer('refused').notNull(),
  },
  (table) => [primaryKey({ columns: [table.address, table.domain, table.day] })],
);

export const foundAddresses = pgTable('found_addresses', {
  id: uuid('id').primaryKey(),
  serverId: uuid('server_id').notNull(),
  address: inet('address').notNull(),
  ehlo: text('ehlo'),
  tls: text('tls'),
  node: text('node'),
  seenAt: moment('seen_at').notNull(),
});

export const nodes = pgTable('nodes', {
  name: text('name').primaryKey(),
  region: text('region'),
  generation: uuid('generation'),
  revision: bigint('revision', { mode: 'number' }),
  entries: integer('entries'),
  hash: text('hash'),
  startedAt: moment('started_at'),
  enforcedAt: moment('enforced_at'),
  lagMs: doublePrecision('lag_ms'),
  lastSeenAt: moment('last_seen_at').notNull(),
  retiredAt: moment('retired_at'),
  /** Entries that it refuses after a restore until staff confirm them: the first few hundred, and how many. */
  heldBack: uuid('held_back').array().notNull().default([]),
  heldBackCount: integer('held_back_count').notNull().default(0),
});

/** Entries that staff let in again after a restore, by the generation in which they said so. */
export const restoreConfirmations = pgTable(
  'restore_confirmations',
  {
    entryId: uuid('entry_id').notNull(),
    generation: uuid('generation').notNull(),
    confirmedAt: moment('confirmed_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.generation, table.entryId] })],
);

export const nodeReports = pgTable('node_reports', {
  id: uuid('id').primaryKey(),
  node: text('node').notNull(),
  kind: text('kind').notNull(),
  payload: jsonb('payload').$type<unknown>().notNull(),
  createdAt: createdAt(),
  processedAt: moment('processed_at'),
  failure: text('failure'),
});

export const whitelistClock = pgTable('whitelist_clock', {
  only: boolean('only').primaryKey().default(true),
  generation: uuid('generation').notNull().defaultRandom(),
  revision: revision(),
});

export const whitelistHeartbeat = pgTable('whitelist_heartbeat', {
  only: boolean('only').primaryKey().default(true),
  at: moment('at').notNull().defaultNow(),
});

export const revisionTimes = pgTable('revision_times', {
  revision: bigint('revision', { mode: 'number' }).primaryKey(),
  at: moment('at').notNull(),
});

export const eventHeads = pgTable('event_heads', {
  chain: text('chain').primaryKey(),
  seq: bigint('seq', { mode: 'number' }).notNull(),
  hash: bytea('hash').notNull(),
});

export const events = pgTable(
  'events',
  {
    chain: text('chain').notNull().default(''),
    seq: bigint('seq', { mode: 'number' }).notNull().default(0),
    id: uuid('id').notNull().defaultRandom(),
    at: moment('at').notNull().defaultNow(),
    kind: text('kind').notNull(),
    accountId: uuid('account_id'),
    entryId: uuid('entry_id'),
    serverId: uuid('server_id'),
    actorKind: text('actor_kind').$type<'person' | 'staff' | 'system' | 'platform' | 'node'>().notNull(),
    actorId: uuid('actor_id'),
    content: text('content').notNull(),
    commitment: bytea('commitment'),
    hash: bytea('hash').notNull().default(Buffer.alloc(0)),
  },
  (table) => [primaryKey({ columns: [table.chain, table.seq] })],
);

export const eventPrivate = pgTable('event_private', {
  eventId: uuid('event_id').primaryKey(),
  personId: uuid('person_id'),
  salt: bytea('salt').notNull(),
  content: text('content').notNull(),
  at: moment('at').notNull().defaultNow(),
});

export const outbox = pgTable('outbox', {
  id: id(),
  kind: text('kind').notNull(),
  audience: text('audience').$type<MailAudience>().notNull(),
  personId: uuid('person_id').notNull(),
  accountId: uuid('account_id'),
  entryId: uuid('entry_id'),
  dedupeKey: text('dedupe_key').notNull(),
  content: jsonb('content').$type<MailContent>().notNull(),
  bundle: text('bundle'),
  foldedInto: uuid('folded_into'),
  createdAt: createdAt(),
  sendAfter: moment('send_after').notNull(),
  attempts: integer('attempts').notNull().default(0),
  lease: uuid('lease'),
  leasedUntil: moment('leased_until'),
  sentAt: moment('sent_at'),
  droppedAt: moment('dropped_at'),
  failure: text('failure'),
});

export const mailChoices = pgTable(
  'mail_choices',
  {
    personId: uuid('person_id').notNull(),
    mailGroup: text('mail_group').$type<MailGroup>().notNull(),
    choice: text('choice').$type<MailChoice>().notNull(),
    updatedAt: updatedAt(),
  },
  (table) => [primaryKey({ columns: [table.personId, table.mailGroup] })],
);

export const mailHops = pgTable('mail_hops', {
  hop: text('hop').primaryKey(),
  failingSince: moment('failing_since'),
  lastFailure: text('last_failure'),
  toldAt: moment('told_at'),
});

export type AbuseReportState = 'weighed' | 'noted' | 'for_person' | 'settled';

export const abuseReports = pgTable('abuse_reports', {
  id: id(),
  rawSha256: bytea('raw_sha256').notNull(),
  raw: bytea('raw'),
  octets: integer('octets').notNull(),
  receivedAt: moment('received_at').notNull(),
  feedbackType: text('feedback_type'),
  sourceIp: inet('source_ip'),
  problems: text('problems').array().notNull().default([]),
  reporterDomain: text('reporter_domain'),
  userAgent: text('user_agent'),
  configured: boolean('configured').notNull(),
  arrivalAt: moment('arrival_at'),
  mappedBy: text('mapped_by').$type<'attribution' | 'source_ip' | 'person'>(),
  entryId: uuid('entry_id'),
  serverId: uuid('server_id'),
  transaction: text('transaction'),
  notMapped: text('not_mapped'),
  facts: jsonb('facts').$type<unknown>().notNull(),
  state: text('state').$type<AbuseReportState>().notNull(),
  settledBy: uuid('settled_by'),
  settledAt: moment('settled_at'),
  settledReason: text('settled_reason'),
});

export type SignalSource = 'node' | 'report' | 'traffic' | 'evidence' | 'staff';

export const signals = pgTable('signals', {
  id: id(),
  entryId: uuid('entry_id').notNull(),
  kind: text('kind').$type<SignalKind>().notNull(),
  strength: doublePrecision('strength').notNull(),
  weight: doublePrecision('weight').notNull(),
  at: moment('at').notNull(),
  dedupeKey: text('dedupe_key').notNull(),
  source: text('source').$type<SignalSource>().notNull(),
  evidence: jsonb('evidence').$type<Record<string, unknown>>().notNull().default({}),
  sample: jsonb('sample').$type<RedactedSample>(),
  reportId: uuid('report_id'),
  createdAt: createdAt(),
  setAsideAt: moment('set_aside_at'),
  setAsideBy: uuid('set_aside_by'),
  setAsideReason: text('set_aside_reason'),
});

export const ladderPositions = pgTable('ladder_positions', {
  entryId: uuid('entry_id').primaryKey(),
  step: text('step').$type<LadderStep>().notNull(),
  since: moment('since').notNull(),
  countsFrom: moment('counts_from'),
  calledFor: text('called_for').$type<Rung>(),
  notDone: text('not_done').$type<'observed' | 'critical' | 'held'>(),
  calledAt: moment('called_at'),
  judgedAt: moment('judged_at').notNull(),
});

export const fuseCounts = pgTable('fuse_counts', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  at: moment('at').notNull(),
  cause: text('cause').$type<FuseCause>().notNull(),
  effect: text('effect').$type<FuseEffect>().notNull(),
  entryId: uuid('entry_id').notNull(),
});

export const fuseTrips = pgTable('fuse_trips', {
  id: id(),
  cause: text('cause').$type<FuseCause>().notNull(),
  effect: text('effect').$type<FuseEffect>().notNull(),
  trippedAt: moment('tripped_at').notNull(),
  gone: integer('gone').notNull(),
  most: integer('most').notNull(),
  total: integer('total').notNull(),
  decision: text('decision').$type<'applied' | 'discarded' | 'no_longer'>(),
  decidedAt: moment('decided_at'),
  decidedBy: uuid('decided_by'),
  reason: text('reason'),
});

export const fuseItems = pgTable('fuse_items', {
  id: id(),
  tripId: uuid('trip_id').notNull(),
  subject: text('subject').notNull(),
  entryIds: uuid('entry_ids').array().notNull(),
  action: jsonb('action').$type<HeldAction>().notNull(),
  heldAt: moment('held_at').notNull(),
  releasedBy: uuid('released_by'),
  releasedAt: moment('released_at'),
  outcome: text('outcome').$type<'applied' | 'no_longer' | 'discarded' | 'replaced'>(),
  endedAt: moment('ended_at'),
});

export const fuseTotal = pgTable('fuse_total', {
  only: boolean('only').primaryKey().default(true),
  inForce: integer('in_force').notNull(),
  countedAt: moment('counted_at').notNull(),
});

export const abuseProposals = pgTable('abuse_proposals', {
  id: id(),
  kind: text('kind').$type<'suspend_account' | 'cancel_account'>().notNull(),
  accountId: uuid('account_id').notNull(),
  reason: text('reason').notNull(),
  evidence: jsonb('evidence').$type<Record<string, unknown>>().notNull().default({}),
  proposedBy: uuid('proposed_by'),
  createdAt: moment('created_at').notNull(),
  decision: text('decision').$type<'done' | 'dismissed'>(),
  decidedBy: uuid('decided_by'),
  decidedAt: moment('decided_at'),
  decidedReason: text('decided_reason'),
});

const counted = () => ({
  accepted: integer('accepted').notNull(),
  recipients: integer('recipients').notNull(),
  bytes: bigint('bytes', { mode: 'number' }).notNull(),
  deferred: integer('deferred').notNull(),
  unknownRecipients: integer('unknown_recipients').notNull(),
  nextHopRefused: integer('next_hop_refused').notNull(),
  refused: jsonb('refused').$type<Record<string, number>>().notNull().default({}),
});

export const trafficMinutes = pgTable(
  'traffic_minutes',
  { entryId: uuid('entry_id').notNull(), minute: moment('minute').notNull(), ...counted() },
  (table) => [primaryKey({ columns: [table.entryId, table.minute] })],
);

export const trafficHours = pgTable(
  'traffic_hours',
  { entryId: uuid('entry_id').notNull(), hour: moment('hour').notNull(), ...counted() },
  (table) => [primaryKey({ columns: [table.entryId, table.hour] })],
);

export const trafficDays = pgTable(
  'traffic_days',
  {
    entryId: uuid('entry_id').notNull(),
    day: date('day').notNull(),
    ...counted(),
    recipients: bigint('recipients', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.entryId, table.day] })],
);

export const trafficStaleHours = pgTable(
  'traffic_stale_hours',
  { entryId: uuid('entry_id').notNull(), hour: moment('hour').notNull() },
  (table) => [primaryKey({ columns: [table.entryId, table.hour] })],
);

export const entryActivity = pgTable('entry_activity', {
  entryId: uuid('entry_id').primaryKey(),
  lastAcceptedAt: moment('last_accepted_at'),
  lastRefusedAt: moment('last_refused_at'),
  idleWarnedAt: moment('idle_warned_at'),
  silenceFrom: moment('silence_from'),
  outOfForceSince: moment('out_of_force_since'),
});

/** A view, read like a table: the effective state of each entry, with server, subscription and account folded in. */
export const entryStanding = pgTable('entry_standing', {
  entryId: uuid('entry_id').notNull(),
  serverId: uuid('server_id').notNull(),
  accountId: uuid('account_id').notNull(),
  network: cidr('network').notNull(),
  state: text('state')
    .$type<'in_force' | 'pending' | 'suspended' | 'lapsed' | 'cancelled' | 'removed_abuse' | 'ended'>()
    .notNull(),
  reason: text('reason').notNull(),
  revision: revision(),
  scope: jsonb('scope').$type<EffectiveScope>().notNull(),
  expiresAt: moment('expires_at'),
  proofGeneration: integer('proof_generation').notNull(),
  activatedAt: moment('activated_at'),
});
