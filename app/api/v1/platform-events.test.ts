import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  decideProposal,
  liftSuspension,
  proposeCancellation,
} from '../../../lib/operations/account-sanctions.ts';
import { reportEntry } from '../../../lib/operations/report-entry.ts';
import { inForce, testNow as now } from '../../../lib/operations/testing.ts';
import { openTestApi, type TestApi } from './testing.ts';

// What goes beyond an entry is told to the platform's own systems, each thing once and in order.

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api.close());

const read = (query = '') => api.call('GET', `/platform/events${query}`, { token: api.tokens.platform });

test('a server suspended after three removals, lifted, then the account cancelled by two', async () => {
  const { db, cast } = api;
  expect((await read()).body).toEqual({ data: [], next_after: 0 });
  const ids: string[] = [];
  for (const octet of [1, 2, 3]) {
    const entry = await inForce(db.database, cast, `45.176.1.${octet}`, cast.otherOwner, 'globex-mail');
    ids.push(entry.id);
  }
  for (const id of ids) {
    await reportEntry({
      ...{ database: db.database, actor: cast.support, id, now },
      ...{ grade: 'gravest', reason: 'Phishing in my own mailbox.' },
    });
  }
  const staff = { database: db.database, reason: 'It goes on and on.', now };
  await liftSuspension({ ...staff, actor: cast.support, of: 'server', slug: 'globex-mail' });
  const proposed = await proposeCancellation({ ...staff, actor: cast.support, slug: 'globex' });
  if (!proposed.ok) throw new Error(JSON.stringify(proposed));
  const { proposalId } = proposed;
  await decideProposal({ ...staff, actor: cast.support2, proposalId, decision: 'do' });

  const { status, body } = await read();
  expect(status).toBe(200);
  const { data, next_after } = body as { data: Record<string, unknown>[]; next_after: number };
  expect(data.map(({ kind, account, server, reason }) => [kind, account, server, reason])).toEqual([
    ['server_suspended_for_abuse', 'globex', 'globex-mail', 'repeated_removals'],
    ['server_restored_after_abuse', 'globex', 'globex-mail', 'It goes on and on.'],
    ['account_cancelled_for_abuse', 'globex', null, 'It goes on and on.'],
  ]);
  // Who of staff decided is ours to know.
  expect(JSON.stringify(data)).not.toContain(cast.support.viewer?.personId);
  expect((await read('?limit=1')).body).toEqual({ data: data.slice(0, 1), next_after: data[0]?.seq });
  expect((await read(`?after=${data[0]?.seq}`)).body).toEqual({ data: data.slice(1), next_after });
  expect((await read(`?after=${next_after}`)).body).toEqual({ data: [], next_after });
});

test('is read by the platform alone, and what is no place is a problem', async () => {
  for (const name of ['owner', 'support', 'admin'] as const) {
    expect((await api.call('GET', '/platform/events', { token: api.tokens[name] })).status).toBe(403);
  }
  for (const query of ['?after=-1', '?after=x', '?limit=0', '?after=1e400']) {
    expect((await read(query)).status).toBe(400);
  }
});
