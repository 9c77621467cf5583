import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findLiveSession, type LiveSession } from '../../db/queries/sessions.ts';
import { entries } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { parseEnvironment } from '../env.ts';
import { type EntryRequest, requestEntry } from '../operations/request-entry.ts';
import type { Actor, Refusal, Result } from '../operations/result.ts';
import { signIn } from '../operations/sign-in.ts';
import { seedCast } from '../operations/testing.ts';
import { goodPassword, makePerson, passwords } from '../operations/testing-people.ts';
import { openReference } from '../secrets/reference.ts';
import { checkbox, requiredText } from './form-fields.ts';
import type { Portal } from './portal.ts';
import {
  type ActionCall,
  type ActionDefinition,
  runAction,
  runOwnAction,
  runPublicAction,
} from './run-action.ts';

let db: TestDatabase;
let portal: Portal;
let owner: LiveSession;
let freeOwner: LiveSession;
let support: LiveSession;
let newStaff: LiveSession;
let logged: { error: unknown; reference: string }[] = [];

const now = new Date();
const secrets = { current: 'the auth secret of these tests, long', previous: null };

beforeAll(async () => {
  db = await createTestDatabase();
  const parsed = parseEnvironment({ DATABASE_URL: db.url, AUTH_SECRET: secrets.current });
  if (!parsed.ok) throw new Error('no environment');
  portal = { environment: parsed.environment, database: db.database, secrets };
  const cast = await seedCast(db.database);
  for (const [email, actor] of [
    ['jo@acme.example', cast.owner],
    ['fred@initech.example', cast.freeOwner],
  ] as const) {
    const member = (actor.viewer?.memberships ?? []).map(({ accountId }) => ({
      accountId,
      role: 'owner' as const,
    }));
    await makePerson(db.database, { email, member });
  }
  await makePerson(db.database, { email: 'demo@postern.example', staff: 'support', demo: true });
  await makePerson(db.database, { email: 'new@postern.example', staff: 'support' });
  owner = await sessionOf('jo@acme.example');
  freeOwner = await sessionOf('fred@initech.example');
  support = await sessionOf('demo@postern.example');
  newStaff = await sessionOf('new@postern.example');
});
afterAll(() => db.close());

async function sessionOf(email: string): Promise<LiveSession> {
  const visitor = { address: null, userAgent: null };
  const result = await signIn({
    database: db.database,
    passwords,
    email,
    password: goodPassword,
    visitor,
    now,
  });
  const session = result.ok ? await findLiveSession(db.database, result.session.id, now) : undefined;
  if (session === undefined) throw new Error(`${email} is not signed in`);
  return session;
}

type Fields = Record<string, string>;

function call(session: LiveSession | null, fields: Fields = {}, headers: Fields = {}): ActionCall {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  logged = [];
  return {
    portal,
    headers: new Headers({ 'x-postern-client': '203.0.113.9', ...headers }),
    session: async () => session,
    form,
    now,
    logError: (error, reference) => logged.push({ error, reference }),
  };
}

const schema = z.object({
  network: z.string(),
  purpose: requiredText('Say what sends.'),
  static: checkbox,
  dedicated: checkbox,
  responsible: checkbox,
});

/** As the page of a request defines it. */
const requestFor = (server: string): ActionDefinition<typeof schema, { entry: { id: string } }> => ({
  schema,
  run: ({ network, purpose, ...attestations }, context) => {
    const asked: EntryRequest = { server, network, purpose, attestations };
    return requestEntry({ ...context, request: asked });
  },
  done: ({ entry }) => ({ redirectTo: `/servers/${server}/whitelist/${entry.id}` }),
});
const request = requestFor('acme-production');

const ticked = { static: 'on', dedicated: 'on', responsible: 'on' };

describe('an action of somebody signed in', () => {
  test('does what the operation does, and goes where the page says', async () => {
    const outcome = await runAction(
      request,
      call(owner, { network: '93.184.216.34', purpose: 'A copier', ...ticked }),
    );
    expect(outcome).toEqual({
      status: 'go',
      path: expect.stringMatching(/^\/servers\/acme-production\/whitelist\/[0-9a-f-]{36}$/),
    });
  });

  test('says a requirement with its rule, at its field, with a reference and all that was typed', async () => {
    const typed = { network: '10.0.0.7', purpose: 'A copier', ...ticked };
    const outcome = await runAction(request, call(owner, typed));
    expect(outcome).toMatchObject({
      status: 'refused',
      code: 'requirement_failed',
      requirement: 'public_address',
      field: 'network',
      message: expect.stringContaining('This address never reaches us over the internet.'),
      nextStep: expect.stringContaining('Type the public address'),
      values: typed,
    });
    const reference = 'reference' in outcome ? (outcome.reference ?? '') : '';
    expect(openReference(secrets, reference, now)).toMatchObject({
      ok: true,
      refusal: { address: '10.0.0.7', rule: 'public_address' },
    });
  });

  test('says at the address what is about it and no other field: the subscription, a request that is open', async () => {
    const typed = { network: '93.184.216.41', purpose: 'A copier', ...ticked };
    expect(await runAction(requestFor('initech-trial'), call(freeOwner, typed))).toMatchObject({
      status: 'refused',
      requirement: 'paid_subscription',
      field: 'network',
      nextStep: expect.stringContaining('paid plan'),
    });
    const made = await runAction(request, call(owner, typed));
    const again = await runAction(request, call(owner, typed));
    expect(again).toMatchObject({ status: 'refused', code: 'already_requested', field: 'network' });
    // Where the first one has led to, one can go again.
    expect(again).toMatchObject({
      link: { href: 'path' in made ? made.path : '', label: 'Open the request' },
    });
  });

  test.each([
    ['static', 'static'],
    ['dedicated', 'dedicated'],
    ['responsible', 'responsible'],
  ])('says an unticked %s at its box', async (box, field) => {
    const { [box]: _, ...others } = ticked as Fields;
    const outcome = await runAction(
      request,
      call(owner, { network: '93.184.216.40', purpose: 'x', ...others }),
    );
    expect(outcome).toMatchObject({ status: 'refused', code: 'requirement_failed', field });
  });

  test('says one wrong field at that field, several at each', async () => {
    expect(await runAction(request, call(owner, { network: '93.184.216.34' }))).toEqual({
      status: 'refused',
      code: 'invalid',
      message: 'Say what sends.',
      field: 'purpose',
      values: { network: '93.184.216.34' },
    });
    expect(await runAction(request, call(owner, {}))).toMatchObject({
      status: 'refused',
      code: 'invalid',
      fieldErrors: { network: 'This cannot be taken as it is.', purpose: 'Say what sends.' },
    });
  });

  test.each([
    ['nobody', () => null],
    ['staff whose second factor is missing', () => newStaff],
  ])('is refused to %s before the form is even read', async (_, session) => {
    expect(await runAction(request, call(session(), {}))).toMatchObject({
      status: 'refused',
      code: 'signed_out',
    });
  });

  test('acts as the person, from the address that our own server has seen', async () => {
    const actors: unknown[] = [];
    const note: ActionDefinition<z.ZodObject, object> = {
      schema: z.object({}),
      run: async (_, { actor }) => {
        actors.push(actor);
        return { ok: true };
      },
      done: () => 'Noted.',
    };
    const headers = { 'x-forwarded-for': '192.0.2.66', 'x-real-ip': '192.0.2.66' };
    expect(await runAction(note, call(owner, {}, headers))).toEqual({ status: 'done', message: 'Noted.' });
    await runAction(note, call(support));
    expect(actors).toEqual([
      { kind: 'person', viewer: owner.viewer, address: '203.0.113.9', via: 'portal' },
      { kind: 'staff', viewer: support.viewer, address: '203.0.113.9', via: 'portal' },
    ]);
  });
});

describe('an action of staff', () => {
  const review = (result: Result<object>): ActionDefinition<z.ZodObject, object> => ({
    schema: z.object({}),
    ability: 'review_requests',
    run: async () => result,
    done: () => 'Done.',
  });

  test('does not exist for anybody else', async () => {
    expect(await runAction(review({ ok: true }), call(owner))).toMatchObject({ code: 'not_found' });
    expect(await runAction(review({ ok: true }), call(support))).toEqual({
      status: 'done',
      message: 'Done.',
    });
  });

  const refusals: [Refusal, object][] = [
    [{ ok: false, code: 'not_found' }, { message: expect.stringContaining('decided about it meanwhile') }],
    [{ ok: false, code: 'not_allowed', ability: 'approve' }, {}],
    [{ ok: false, code: 'state_forbids', state: 'active', verb: 'approve' }, {}],
    [{ ok: false, code: 'changed_meanwhile', revision: 7 }, {}],
    [{ ok: false, code: 'overlaps_live_entry' }, {}],
    [
      { ok: false, code: 'already_requested', entryId: 'x', server: 'acme-production' },
      { link: { href: '/admin/requests/x', label: 'Open the request' } },
    ],
    [
      { ok: false, code: 'approvals_frozen', reason: 'A migration.' },
      { message: expect.stringContaining('A migration.') },
    ],
    [{ ok: false, code: 'reason_missing' }, { field: 'reason' }],
    [{ ok: false, code: 'invalid', field: 'label', reason: 'empty' }, { field: 'label' }],
    [{ ok: false, code: 'same_person' }, {}],
    [{ ok: false, code: 'own_account' }, {}],
    [{ ok: false, code: 'staff_member' }, {}],
    [{ ok: false, code: 'stale_feed', asOf: now }, {}],
    [{ ok: false, code: 'throttled', until: now }, {}],
    [{ ok: false, code: 'taken', field: 'username' }, { field: 'username' }],
  ];
  test.each(refusals)('says %o in words', async (refusal, more) => {
    const outcome = await runAction(review(refusal), call(support, { reason: 'because' }));
    expect(outcome).toMatchObject({
      status: 'refused',
      code: refusal.code,
      message: expect.stringMatching(/^[A-Z].*\.$/),
      nextStep: expect.stringMatching(/\.$/),
      values: { reason: 'because' },
      ...more,
    });
  });

  test('may have better words of its own', async () => {
    const definition = {
      ...review({ ok: false, code: 'same_person' }),
      words: () => ({ message: 'Again you.' }),
    };
    expect(await runAction(definition, call(support))).toMatchObject({
      code: 'same_person',
      message: 'Again you.',
    });
  });
});

describe('an action on one’s own sign-in', () => {
  const who = {
    schema: z.object({}),
    run: async (_: object, { session, actor }: { session: LiveSession; actor: Actor }) =>
      ({ status: 'done', message: `${session.person.email} ${actor.kind}` }) as const,
  };

  test('is for who is signed in completely', async () => {
    expect(await runOwnAction(who, call(owner))).toEqual({
      status: 'done',
      message: 'jo@acme.example person',
    });
    for (const session of [null, newStaff]) {
      expect(await runOwnAction(who, call(session))).toMatchObject({ code: 'signed_out' });
    }
  });
});

describe('a form from another website', () => {
  test.each<Fields>([{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }])(
    '%o',
    async (headers) => {
      const before = await db.database.$count(entries);
      const fields = { network: '93.184.216.99', purpose: 'x', ...ticked };
      expect(await runAction(request, call(owner, fields, headers))).toMatchObject({
        status: 'refused',
        code: 'other_origin',
      });
      const open = { schema: z.object({}), run: async () => ({ status: 'go', path: '/' }) as const };
      expect(await runPublicAction(open, call(null, {}, headers))).toMatchObject({ code: 'other_origin' });
      expect(await db.database.$count(entries)).toBe(before);
    },
  );
});

describe('what throws', () => {
  const broken: ActionDefinition<z.ZodObject, object> = {
    schema: z.object({}),
    run: async () => {
      throw new Error('password=hunter2 at db.internal:5432');
    },
    done: () => 'Never said.',
  };

  test('is told to the log, and to the person as a reference alone', async () => {
    const outcome = await runAction(broken, call(owner, { purpose: 'A copier' }));
    expect(outcome).toMatchObject({ status: 'refused', code: 'unexpected', values: { purpose: 'A copier' } });
    expect(JSON.stringify(outcome)).not.toMatch(/hunter2|db\.internal/);
    const [told] = logged;
    expect(String(told?.error)).toContain('hunter2');
    expect('reference' in outcome && outcome.reference).toBe(told?.reference);
    expect(openReference(secrets, told?.reference ?? '', now)).toMatchObject({
      ok: true,
      refusal: { rule: 'internal_error', address: '203.0.113.9' },
    });
  });

  test('is caught also where the database is away', async () => {
    const away = { ...call(null), session: () => Promise.reject(new Error('connect ECONNREFUSED')) };
    expect(await runAction(broken, away)).toMatchObject({ code: 'unexpected' });
  });
});
