import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluateEntry, findEntry } from '../../db/queries/entries.ts';
import { listEntryEvents } from '../../db/queries/events.ts';
import { outbox } from '../../db/schema.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { acceptResponsibility } from './accept-responsibility.ts';
import { approveEntry } from './approve-entry.ts';
import { completeChecks } from './complete-checks.ts';
import { requestOnBehalf } from './request-on-behalf.ts';
import { type Cast, currentRow, testNow as now, proven, seedCast } from './testing.ts';

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
});
afterAll(() => db.close());

const ask = (network: string, actor = cast.support, server = 'acme-production') =>
  requestOnBehalf({
    database: db.database,
    actor,
    now,
    request: { server, network, purpose: 'Door controllers' },
  });
const verdicts = async (id: string) => {
  const found = await findEntry(db.database, 'operator', id);
  if (found === undefined) throw new Error('gone');
  const { evaluations } = await evaluateEntry(db.database, found, now);
  return Object.fromEntries(
    evaluations.map(({ requirement, verdict, reason }) => [requirement, `${verdict} ${reason}`]),
  );
};

test('support asks, an owner confirms all of it by the mail’s link, and only then it can be approved', async () => {
  const asked = await ask('45.109.1.1');
  expect(asked).toMatchObject({
    ok: true,
    entry: {
      status: 'pending',
      requestedByStaff: true,
      attestedStatic: false,
      responsibilityAcceptedAt: null,
    },
  });
  const id = asked.ok ? asked.entry.id : '';
  const mails = await db.database.select().from(outbox).where(eq(outbox.entryId, id));
  expect(mails).toMatchObject([
    { kind: 'received', content: { values: { needsOwner: true }, entry: { requestedBy: null } } },
  ]);
  expect((await listEntryEvents(db.database, id))[0]).toMatchObject({ kind: 'requested', actorName: null });

  await completeChecks(db.database, id, now);
  await proven(db.database, await currentRow(db.database, id), '45.109.1.1');
  // Nobody has declared anything, and nobody says that they have not: the owner was not asked yet.
  expect(await verdicts(id)).toMatchObject({
    static: expect.not.stringContaining('not_attested'),
    responsibility: 'fail needs_owner',
  });
  const approve = () =>
    approveEntry({ database: db.database, actor: cast.support2, id, now, reason: 'Proven.', override: [] });
  expect(await approve()).toMatchObject({ requirement: 'responsibility', overridable: false });

  const accept = (attestations?: { static: boolean; dedicated: boolean }, actor = cast.owner) =>
    acceptResponsibility({
      database: db.database,
      actor,
      id,
      now,
      ...(attestations === undefined ? {} : { attestations }),
    });
  expect(await accept()).toMatchObject({ requirement: 'static', reason: 'not_attested' });
  expect(await accept({ static: true, dedicated: false })).toMatchObject({ requirement: 'dedicated' });
  expect(await accept({ static: true, dedicated: true }, cast.member)).toMatchObject({ code: 'not_allowed' });
  expect(await accept({ static: true, dedicated: true })).toMatchObject({
    entry: { attestedStatic: true, attestedDedicated: true },
  });
  expect(await approve()).toMatchObject({ ok: true, entry: { status: 'active' } });
});

test('what is certain to fail is refused to support as well', async () => {
  expect(await ask('10.0.0.1')).toMatchObject({ requirement: 'public_address' });
  expect(await ask('45.109.1.2', cast.support, 'initech-trial')).toMatchObject({
    requirement: 'paid_subscription',
  });
});

test('only staff asks on behalf of others', async () => {
  expect(await ask('45.109.1.3', cast.owner)).toMatchObject({ code: 'not_allowed' });
  expect(await ask('45.109.1.3', cast.otherOwner)).toMatchObject({ code: 'not_found' });
  expect(await ask('45.109.1.3', cast.support, 'none')).toMatchObject({ code: 'not_found' });
});
