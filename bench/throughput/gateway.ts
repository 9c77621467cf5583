import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';

/** Something that takes mail from whitelisted clients and hands it on to the sink. */
export type Gateway = {
  readonly name: string;
  readonly port: number;
  /** where recipients are refused, if not on the same */
  readonly refusedPort?: number;
  /** root of its process tree */
  readonly pid: number;
  /** Measures in which it has a meaning; all of them where it is not said. */
  readonly only?: readonly string[];
  readonly stop: () => Promise<void>;
};

/** A rival that is not here, and why. */
export type Missing = { readonly name: string; readonly missing: string };

export type Rivals = {
  /** where to hand on to */
  readonly sinkPort: number;
  /** a database of PostgreSQL with the table `bench_clients` */
  readonly databaseUrl: string;
  /** for their files */
  readonly directory: string;
  readonly freePort: () => Promise<number>;
};

const readyMs = 30_000;

/** Waits for a banner. */
export async function waitForBanner(port: number, log: () => string): Promise<void> {
  const deadline = performance.now() + readyMs;
  while (!(await hasBanner(port))) {
    if (performance.now() > deadline) throw new Error(`nothing answers on port ${port}: ${log()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function hasBanner(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const done = (good: boolean) => {
      socket.destroy();
      resolve(good);
    };
    socket.setTimeout(2_000, () => done(false));
    socket.once('data', (octets) => done(octets.toString('latin1').startsWith('220')));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
  });
}
