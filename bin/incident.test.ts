import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing.ts';
import { type Cast, inForce, requested, seedCast } from '../lib/operations/testing.ts';
import { postern as posternOn } from './testing/postern.ts';

// What an operator asks in an incident: whose decisions, which network, everything about somebody.

let db: TestDatabase;
let cast: Cast;
beforeAll(async () => {
  db = await createTestDatabase();
  cast = await seedCast(db.database);
  await inForce(db.database, cast, '45.195.1.1');
  await inForce(db.database, cast, '45.195.2.1');
  await requested(db.database, cast.owner, '45.195.1.2');
});
afterAll(() => db.close());

const postern = (...argv: string[]) => posternOn(db.url, ...argv);
const networks = async (...argv: string[]) =>
  (JSON.parse((await postern('entry', 'list', '--json', ...argv)).stdout) as { network: string }[])
    .map((one) => one.network)
    .sort();

test('entries by who decided about them, and by the network that they lie in', async () => {
  expect(await networks('--decided-by', 'support@postern.example')).toEqual(['45.195.1.1', '45.195.2.1']);
  expect(await networks('--decided-by', 'support2@postern.example')).toEqual([]);
  expect(await networks('--network', '45.195.1.0/24')).toEqual(['45.195.1.1', '45.195.1.2']);
  const both = ['--network', '45.195.1.0/24', '--decided-by', 'support@postern.example'];
  expect(await networks(...both)).toEqual(['45.195.1.1']);
  expect((await postern('entry', 'list', '--network', '45.195.1.1/24')).code).toBe(2);
  expect(await postern('entry', 'list', '--decided-by', 'nobody@postern.example')).toMatchObject({
    code: 1,
    stderr: 'Nobody has the e-mail address nobody@postern.example.',
  });
});

test('the events of an account, a line each', async () => {
  const { stdout, code } = await postern('audit', 'export', 'acme');
  expect(code).toBe(0);
  const lines = stdout.split('\n').map((line) => JSON.parse(line) as { kind: string; seq: number });
  expect(lines.map((line) => line.seq)).toEqual(lines.map((_line, index) => index + 1));
  expect(lines.at(-1)?.kind).toBe('audit_exported');
});

test('a person is handed out, then forgotten', async () => {
  const { stdout } = await postern('person', 'export', 'member@acme.example');
  expect(JSON.parse(stdout)).toMatchObject({ person: { email: 'member@acme.example' } });
  expect((await postern('person', 'erase', 'member@acme.example')).code).toBe(2);
  const erased = await postern('person', 'erase', 'member@acme.example', '--reason', 'Asked for it.');
  expect(erased).toMatchObject({ code: 0, stderr: '' });
  expect((await postern('person', 'export', 'member@acme.example')).code).toBe(1);
  expect((await postern('audit', 'verify')).code).toBe(0);
});
