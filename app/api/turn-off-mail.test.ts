import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mailChoices, outbox } from '../../db/schema.ts';
import { requested } from '../../lib/operations/testing.ts';
import { mailLinkToken } from '../../lib/secrets/mail-link.ts';
import { portal } from '../../lib/web/portal.ts';
import { GET, POST } from './mail/[token]/route.ts';
import { openTestApi, type TestApi } from './v1/testing.ts';

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await openTestApi();
  token = mailLinkToken(portal().secrets, {
    personId: api.cast.owner.viewer?.personId ?? '',
    group: 'requests',
  });
});
afterAll(() => api.close());
beforeEach(() => api.db.pool.query('delete from mail_choices'));

const url = (of: string) => `http://portal.example/api/mail/${of}`;
const post = (of: string) =>
  POST(
    new Request(url(of), {
      method: 'POST',
      // As mail programs send it: from elsewhere, without a cookie (RFC 8058 3.1).
      headers: { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    }),
    { params: Promise.resolve({ token: of }) },
  );
const choices = () => api.db.database.select().from(mailChoices);

test('one click turns off that group for that person, also twice', async () => {
  expect((await post(token)).status).toBe(200);
  expect((await post(token)).status).toBe(200);
  expect(await choices()).toMatchObject([
    { personId: api.cast.owner.viewer?.personId, mailGroup: 'requests', choice: 'off' },
  ]);
  await requested(api.db.database, api.cast.owner, '45.131.1.1');
  expect(await api.db.database.$count(outbox, eq(outbox.kind, 'received'))).toBe(0);
});

test('opening the address changes nothing: it leads to the page that asks', async () => {
  const response = await GET(new Request(url(token)), { params: Promise.resolve({ token }) });
  expect(response.status).toBe(303);
  expect(response.headers.get('location')).toBe(`${portal().environment.portalUrl}/mail/${token}`);
  expect(await choices()).toEqual([]);
});

test.each([
  ['nothing', ''],
  ['another octet', () => `${token.slice(0, -2)}AA`],
  [
    'somebody else’s secret',
    () =>
      mailLinkToken(
        { current: 'not ours, but long enough to be', previous: null },
        { personId: api.cast.owner.viewer?.personId ?? '', group: 'requests' },
      ),
  ],
  [
    'mail that protects',
    () =>
      mailLinkToken(portal().secrets, { personId: api.cast.owner.viewer?.personId ?? '', group: 'abuse' }),
  ],
])('%s opens nothing', async (_what, of) => {
  const response = await post(typeof of === 'string' ? of : of());
  expect(response.ok).toBe(false);
  expect(await choices()).toEqual([]);
});
