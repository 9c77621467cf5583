import { z } from 'zod';
import { LARGEST_REPORT_OCTETS } from '../../domain/arf.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { abuseReportSchema, reportSchema } from './schemas/abuse.ts';
import { approvalsSchema, entryDetailSchema, entryPageSchema, entrySchema } from './schemas/entry.ts';
import {
  answerSchema,
  approvalSchema,
  criticalSchema,
  editEntrySchema,
  newEntrySchema,
  nothingSchema,
  removalSchema,
  renewalSchema,
  searchEntriesQuery,
  serverEntriesQuery,
  staffDecisionSchema,
} from './schemas/entry-requests.ts';
import {
  accountFeedSchema,
  accountParams,
  accountSchema,
  personFeedSchema,
  personParams,
  personSchema,
  serverFeedSchema,
  serverSchema,
} from './schemas/feed.ts';
import { platformEventsQuery, platformEventsSchema } from './schemas/platform-events.ts';

// Every operation of the API. The route files run by these, the OpenAPI document is made of them.

const nothing = { query: nothingSchema, body: nothingSchema };
const entryParams = z.object({ id: z.string().describe('Id of an entry.') });
const serverParams = z.object({ server: z.string().describe('Slug of a server.') });
const ofEntry = { subject: 'entry', params: entryParams } as const;
const ofServer = { subject: 'server', params: serverParams } as const;
const ofAccount = { subject: 'account', params: personParams } as const;
const entryAnswer = { 200: { description: 'The entry as it is now.', schema: entrySchema } };

export const requestEntryEndpoint = endpoint({
  method: 'post',
  path: '/servers/{server}/whitelist',
  id: 'requestEntry',
  tag: 'Entries',
  summary: 'Request whitelisting of an address or a network',
  ...ofServer,
  query: nothingSchema,
  body: newEntrySchema,
  idempotent: true,
  answers: { 201: { description: 'The request.', schema: entrySchema } },
  problems: [403, 404, 409, 422],
});

export const listEntriesEndpoint = endpoint({
  method: 'get',
  path: '/servers/{server}/whitelist',
  id: 'listEntries',
  tag: 'Entries',
  summary: 'List the entries of a server, newest first',
  ...ofServer,
  query: serverEntriesQuery,
  body: nothingSchema,
  answers: { 200: { description: 'One page.', schema: entryPageSchema } },
  problems: [404],
});

export const searchEntriesEndpoint = endpoint({
  method: 'get',
  path: '/whitelist',
  id: 'searchEntries',
  tag: 'Decisions',
  summary: 'Find the entries of all accounts that cover an address',
  scope: 'staff',
  params: nothingSchema,
  query: searchEntriesQuery,
  body: nothingSchema,
  answers: { 200: { description: 'One page.', schema: entryPageSchema } },
  problems: [403],
});

export const readEntryEndpoint = endpoint({
  method: 'get',
  path: '/whitelist/{id}',
  id: 'readEntry',
  tag: 'Entries',
  summary: 'Read an entry with its requirements, proof, events and thread',
  ...ofEntry,
  ...nothing,
  answers: { 200: { description: 'The entry.', schema: entryDetailSchema } },
  problems: [404],
});

export const editEntryEndpoint = endpoint({
  method: 'patch',
  path: '/whitelist/{id}',
  id: 'editEntry',
  tag: 'Entries',
  summary: 'Change label, contact, site or scope',
  ...ofEntry,
  query: nothingSchema,
  body: editEntrySchema,
  answers: entryAnswer,
  problems: [403, 404, 409, 422],
});

function verb<Body extends z.ZodType>(options: {
  verb: string;
  side: 'owner' | 'staff' | 'both';
  summary: string;
  body: Body;
  description?: string;
  answers?: Endpoint['answers'];
  problems?: readonly number[];
}) {
  const sides = { owner: 'With an account token.', staff: 'With a staff token.', both: 'With either token.' };
  return endpoint({
    method: 'post',
    path: `/whitelist/{id}/${options.verb}`,
    id: `${options.verb}Entry`,
    tag: options.side === 'staff' ? 'Decisions' : 'Entries',
    summary: options.summary,
    description: [sides[options.side], options.description].filter(Boolean).join(' '),
    ...ofEntry,
    query: nothingSchema,
    body: options.body,
    answers: options.answers ?? entryAnswer,
    problems: [403, 404, 409, ...(options.problems ?? [])],
  });
}

export const withdrawEndpoint = verb({
  verb: 'withdraw',
  side: 'owner',
  summary: 'Take back a request that is not yet decided',
  body: nothingSchema,
});

export const renewEndpoint = verb({
  verb: 'renew',
  side: 'owner',
  summary: 'Attest an entry anew',
  body: renewalSchema,
  problems: [422],
});

export const reviewEndpoint = verb({
  verb: 'review',
  side: 'owner',
  summary: 'Go to review without a proof of control',
  body: nothingSchema,
});

export const answerEndpoint = verb({
  verb: 'answer',
  side: 'owner',
  summary: 'Answer the question of support',
  body: answerSchema,
});

export const approveEndpoint = verb({
  verb: 'approve',
  side: 'staff',
  summary: 'Put an entry in force',
  description:
    'A failed requirement has to be named in `override`, where it may be overridden at all. Of a live entry that asks for a wider scope, grants that.',
  body: approvalSchema,
  answers: {
    ...entryAnswer,
    202: { description: 'Recorded; a second person has to follow.', schema: approvalsSchema },
  },
  problems: [422],
});

export const rejectEndpoint = verb({
  verb: 'reject',
  side: 'staff',
  summary: 'Reject a request',
  description: 'Of a live entry that asks for a wider scope, refuses that.',
  body: staffDecisionSchema,
  problems: [422],
});

export const askEndpoint = verb({
  verb: 'ask',
  side: 'staff',
  summary: 'Ask the account something; `reason` is the question',
  body: staffDecisionSchema,
});

export const suspendEndpoint = verb({
  verb: 'suspend',
  side: 'staff',
  summary: 'Take an entry out of force for a while',
  body: staffDecisionSchema,
});

export const restoreEndpoint = verb({
  verb: 'restore',
  side: 'staff',
  summary: 'Lift the suspension that the platform has set',
  body: staffDecisionSchema,
});

export const criticalEndpoint = verb({
  verb: 'critical',
  side: 'staff',
  summary: 'Mark an entry as critical, or as critical no more',
  description:
    'Nothing automatic takes a critical entry out of force: it is slowed down, and a person is called.',
  body: criticalSchema,
});

export const removeEndpoint = verb({
  verb: 'remove',
  side: 'both',
  summary: 'Take an entry out of the whitelist for good',
  body: removalSchema,
});

export const putAccountEndpoint = endpoint({
  method: 'put',
  path: '/accounts/{slug}',
  id: 'putAccount',
  tag: 'Platform feed',
  summary: 'Create or update an account',
  scope: 'platform',
  params: accountParams,
  query: nothingSchema,
  body: accountFeedSchema,
  answers: {
    200: { description: 'Updated, or as it was.', schema: accountSchema },
    201: { description: 'Created.', schema: accountSchema },
  },
  problems: [403, 409],
});

export const putServerEndpoint = endpoint({
  method: 'put',
  path: '/servers/{slug}',
  id: 'putServer',
  tag: 'Platform feed',
  summary: 'Create or update a server with its subscription, domains and credentials',
  scope: 'platform',
  params: accountParams,
  query: nothingSchema,
  body: serverFeedSchema,
  answers: {
    200: { description: 'Updated, or as it was.', schema: serverSchema },
    201: { description: 'Created.', schema: serverSchema },
  },
  problems: [403, 409, 422],
});

export const putPersonEndpoint = endpoint({
  method: 'put',
  path: '/accounts/{slug}/people/{email}',
  id: 'putPerson',
  tag: 'Platform feed',
  summary: 'Give a person a role in an account, inviting who is new',
  description:
    'Nobody of staff is let in by the feed: 409 `staff_member`. They may accept the invitation of an owner of the account.',
  scope: 'platform',
  ...ofAccount,
  query: nothingSchema,
  body: personFeedSchema,
  answers: {
    200: { description: 'Another role, or as it was.', schema: personSchema },
    201: { description: 'The person belongs to the account now.', schema: personSchema },
  },
  problems: [403, 404, 409],
});

export const endMembershipEndpoint = endpoint({
  method: 'delete',
  path: '/accounts/{slug}/people/{email}',
  id: 'endMembership',
  tag: 'Platform feed',
  summary: 'End a person’s membership of an account',
  scope: 'platform',
  ...ofAccount,
  ...nothing,
  answers: { 204: { description: 'Ended.', schema: null } },
  problems: [403, 404],
});

export const reportAbuseEndpoint = endpoint({
  method: 'post',
  path: '/abuse-reports',
  id: 'reportAbuse',
  tag: 'Abuse',
  summary: 'Hand in an abuse report as it came by mail',
  description:
    'A message in the Abuse Reporting Format (RFC 5965). What cannot be read, or comes from a reporter that the policy does not name, is kept for a person. The same report again is answered the same.',
  scope: ['staff', 'platform'],
  params: nothingSchema,
  query: nothingSchema,
  body: reportSchema,
  message: { largestOctets: LARGEST_REPORT_OCTETS },
  answers: { 202: { description: 'Taken.', schema: abuseReportSchema } },
  problems: [403],
});

export const platformEventsEndpoint = endpoint({
  method: 'get',
  path: '/platform/events',
  id: 'listPlatformEvents',
  tag: 'Platform feed',
  summary: 'Read what was done beyond an entry: servers and accounts suspended, restored, cancelled',
  description:
    'For the platform’s own systems to follow. Ask with `after` set to the `next_after` of the time before; each event comes once, in the order in which it happened.',
  scope: 'platform',
  params: nothingSchema,
  query: platformEventsQuery,
  body: nothingSchema,
  answers: { 200: { description: 'The next events, oldest first.', schema: platformEventsSchema } },
  problems: [403],
});

export const endpoints: readonly Endpoint[] = [
  requestEntryEndpoint,
  listEntriesEndpoint,
  searchEntriesEndpoint,
  readEntryEndpoint,
  editEntryEndpoint,
  withdrawEndpoint,
  removeEndpoint,
  renewEndpoint,
  reviewEndpoint,
  answerEndpoint,
  approveEndpoint,
  rejectEndpoint,
  askEndpoint,
  suspendEndpoint,
  restoreEndpoint,
  criticalEndpoint,
  putAccountEndpoint,
  putServerEndpoint,
  putPersonEndpoint,
  endMembershipEndpoint,
  reportAbuseEndpoint,
  platformEventsEndpoint,
];
