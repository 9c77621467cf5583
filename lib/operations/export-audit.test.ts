import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testing.ts';
import { eventText } from '../domain/event-chain.ts';
import { type ExportedEvent, exportAudit } from './export-audit.ts';
import { type Cast, inForce, requested, seedCast } from './testing.ts';

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  await inForce(db.database, cast, '45.191.1.1');
  await requested(db.database, cast.otherOwner, '45.191.1.2', 'globex-mail');
});
afterAll(() => db.close());

test('all events of one account, which can be verified without the database', async () => {
  const result = await exportAudit({ database: db.database, actor: cast.support, slug: 'acme' });
  if (!result.ok) throw new Error(JSON.stringify(result));
  const lines: ExportedEvent[] = [];
  for await (const line of result.lines) lines.push(line);
  const [first] = lines;
  if (first === undefined) throw new Error('nothing was exported');
  let hash = createHash('sha256').update(first.chain).digest();
  for (const [index, line] of lines.entries()) {
    expect(line.seq).toBe(index + 1);
    const text = eventText([
      ...[
        line.chain,
        String(line.seq),
        line.id,
        line.at_microseconds,
        line.kind,
        line.account_id,
        line.entry_id,
      ],
      ...[line.server_id, line.actor_kind, line.actor_id, line.content, line.commitment],
    ]);
    hash = createHash('sha256').update(hash).update(text).digest();
    expect(line.hash).toBe(hash.toString('hex'));
  }
  expect(lines.map((line) => line.kind)).toEqual(expect.arrayContaining(['requested', 'approved']));
  expect(lines.at(-1)?.kind).toBe('audit_exported');
  expect(JSON.stringify(lines)).not.toContain('45.191.1.2');
});

test('for staff alone', async () => {
  for (const actor of [cast.owner, cast.nobody]) {
    expect(await exportAudit({ database: db.database, actor, slug: 'acme' })).toEqual({
      ok: false,
      code: 'not_found',
    });
  }
  expect(await exportAudit({ database: db.database, actor: cast.support, slug: 'none' })).toEqual({
    ok: false,
    code: 'not_found',
  });
});
