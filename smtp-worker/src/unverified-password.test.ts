import { expect, test } from 'vitest';
import { createTestDatabase } from '../../db/testing.ts';
import { startTestNode } from './testing/test-node.ts';

test('a node warns of each next hop that would be sent a password and is verified by nobody', async () => {
  await using open = new AsyncDisposableStack();
  const database = open.adopt(await createTestDatabase(), (each) => each.close());
  const hops = [
    'user:secret@192.0.2.25:587',
    'user:secret@mta.example?tls=required',
    'mta.example',
    'user:secret@[::1]:25',
  ];
  const settings = { SMTP_NEXT_HOP: hops.map((hop) => `smtp://${hop}`).join(', ') };
  const node = open.adopt(await startTestNode(database.url, settings), (each) => each.close());
  const warned = node.lines().filter(({ msg }) => msg.includes('SMTP_NEXT_HOP'));
  expect(warned).toMatchObject([{ level: 40, nextHop: '192.0.2.25:587' }]);
  expect(JSON.stringify(node.lines())).not.toContain('secret');
});
