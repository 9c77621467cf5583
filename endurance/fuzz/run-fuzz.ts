import { fuzzEngine } from './fuzz-engine.ts';
import { fuzzProxyHeaders } from './proxy-headers.ts';

const progressEvery = 50_000;

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
