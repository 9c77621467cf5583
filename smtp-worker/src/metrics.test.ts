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
