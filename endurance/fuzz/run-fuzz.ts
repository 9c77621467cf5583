import { onTrialDatabase } from '../support/database.ts';
import { fuzzEngine } from './fuzz-engine.ts';
import { fuzzNode } from './fuzz-node.ts';
import { fuzzProxyHeaders } from './proxy-headers.ts';

const progressEvery = 50_000;
const mostHeapGrowth = 16 * 1024 * 1024;
const slowestReplyMs = 1_000;

/** As long as it takes, with a line now and then. */
export async function runEngineFuzz(sessions: number, run: number): Promise<object> {
  const { handedOn, accepted } = fuzzEngine(sessions, run, (done) => {
    if (done % progressEvery === 0) console.log(`${done} sessions`);
  });
  return { sessions, handedOn, accepted };
}

export async function runProxyHeaderFuzz(headers: number, run: number): Promise<object> {
  return { headers, ...fuzzProxyHeaders(headers, run) };
}

export function runNodeFuzz(sessions: number, run: number): Promise<object> {
  return onTrialDatabase(false, async ({ url }) => {
    const seen = await fuzzNode(url, sessions, run, (done) => {
      if (done % 10_000 === 0) console.log(`${done} sessions`);
    });
    const { heapGrowth, rssGrowth, ...counts } = seen;
    const mebibytes = (octets: number) => Math.round((octets / 1024 / 1024) * 10) / 10;
    console.table([{ ...counts, heapGrowthMiB: mebibytes(heapGrowth), rssGrowthMiB: mebibytes(rssGrowth) }]);
    if (heapGrowth > mostHeapGrowth) throw new Error('the node holds more than before');
    if (counts.bystanderSlowestMs > slowestReplyMs) throw new Error('a bystander had to wait');
    return { verdict: 'nothing that must never happen' };
  });
}
