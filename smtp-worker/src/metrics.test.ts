import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import { expect, test } from 'vitest';
import { serveMetrics } from './metrics.ts';

test('metrics that cannot be read are 503, and the next ones are there again', async () => {
  let broken = true;
  const collect = async () => {
    if (broken) throw new Error('EMFILE: too many open files');
    return 'postern_smtp_sessions 1\n';
  };
  const { port, close } = await serveMetrics(collect, '127.0.0.1', 0, () => ({ ready: true, why: 'ready' }));
  try {
    const read = () => fetch(`http://127.0.0.1:${port}/metrics`);
    const failed = await read();
    expect([failed.status, await failed.json()]).toEqual([503, { status: 'the metrics cannot be read' }]);
    broken = false;
    expect(await (await read()).text()).toBe('postern_smtp_sessions 1\n');
  } finally {
    await close();
  }
});

test('a server that cannot accept connections for a moment ends nothing', async () => {
  const listening = 'tracing:net.server.listen:asyncStart';
  let server: Server | undefined;
  const take = (message: unknown) => {
    server = (message as { server: Server }).server;
  };
  subscribe(listening, take);
  const { port, close } = await serveMetrics(
    async () => '',
    '127.0.0.1',
    0,
    () => ({ ready: true, why: 'ready' }),
  );
  unsubscribe(listening, take);
  for (let times = 0; times < 2; times += 1) server?.emit('error', new Error('accept EMFILE'));
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  await close();
});
