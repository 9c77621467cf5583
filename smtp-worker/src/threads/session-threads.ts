import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Logger } from 'pino';
import { semiSpaceMb } from '../../../lib/domain/smtp-node-memory.ts';
import { atMost } from '../at-most.ts';
import type { BrakeNews } from '../brakes.ts';
import { newCountMemory } from '../client-counts.ts';
import type { NodeEnvironment } from '../env.ts';
import { claimPort, type ListenAddress } from '../listeners.ts';
import { availableMemory } from '../load.ts';
import type { MetricsOfThread } from '../metrics.ts';
import { newOffersMemory } from '../next-hop/hop-offers.ts';
import type { NodeCore } from '../node-core.ts';
import { type RateMemory, releaseRateLocks } from '../rates.ts';
import type { CredentialCheck, ProofAnswer } from '../session/types.ts';
import type { TlsTexts } from '../tls-context.ts';
import type { Directory } from '../whitelist/directory.ts';
import type { EntryTable } from '../whitelist/entry-table.ts';
import {
  type CopyMemory,
  type FromThread,
  type Question,
  role,
  type ThreadStart,
  type ToThread,
} from './messages.ts';
import { newPulse, openPulse } from './pulse.ts';
import { runSessionThread } from './session-thread.ts';

// Threads with sessions, and what the main thread tells them. This file is also what such a thread is started with.

/** What only the main thread can answer, and what it keeps for all. */
export type AnsweringCore = Pick<
  NodeCore,
  'checkCredentials' | 'keepProof' | 'signedIn' | 'withdrawProof' | 'countMail' | 'spamSeen' | 'tell'
>;

export type SessionThreadsOptions = {
  environment: NodeEnvironment;
  threads: number;
  core: AnsweringCore;
  rates: RateMemory;
  addresses: readonly ListenAddress[];
  /** What a thread that starts now has to know. */
  copy: () => { table: EntryTable; directory: Directory };
  heartbeatAt: () => number;
  reportsWaiting: () => number;
  denied: () => SharedArrayBuffer;
  tls: () => TlsTexts | null;
  brakes: () => readonly BrakeNews[];
  writeLines: (lines: string) => void;
  log: Logger;
  /** Threads die so often that no replacement helps. */
  onHopeless: (error: Error) => void;
};

export type SessionThreads = {
  readonly addresses: readonly ListenAddress[];
  /** Everything is known anew. */
  readonly copyReloaded: () => void;
  /** Rows have changed in place, or moved to larger memory. */
  readonly copyChanged: () => void;
  readonly tell: (
    news: Extract<ToThread, { kind: 'directory' | 'ended' | 'deny' | 'tls' | 'brake' }>,
  ) => void;
  readonly beat: (heartbeatAt: number) => void;
  /** No thread lets anybody in. */
  readonly turnsAllAway: () => boolean;
  readonly metrics: () => Promise<MetricsOfThread[]>;
  readonly drain: (withinMs: number) => Promise<void>;
  /** Ends a thread as a bug would. Resolves when another has taken its place. */
  readonly kill: () => Promise<void>;
};

type Thread = {
  readonly number: number;
  readonly worker: Worker;
  readonly listening: Promise<readonly ListenAddress[]>;
  readonly drained: Promise<void>;
  turnsAllAway: boolean;
};

/** So many deaths within a minute are no accident of one session: the process ends, and whoever runs it knows better. */
const mostDeaths = 5;
const deathsMs = 60_000;
const metricsMs = 2_000;
const waitingMs = 1_000;
const lateMs = 2_000;
const leastHeapMb = 256;
/** The semi-spaces that the main thread has by the command line. */
const youngMb = 3 * semiSpaceMb;

/** @throws Error with a sentence for the operator where a port cannot be listened on */
export async function openSessionThreads(options: SessionThreadsOptions): Promise<SessionThreads> {
  const { environment, core, log } = options;
  const { memory: pulseMemory, baseMs } = newPulse();
  const pulse = openPulse(pulseMemory, baseMs);
  const seeds = [randomInt(0x1_0000_0000), randomInt(0x1_0000_0000)] as const;
  let counts = newCountMemory(seeds);
  const hopOffers = newOffersMemory(environment.nextHops.length);
  const threads = new Set<Thread>();
  const collecting = new Map<number, (metrics: MetricsOfThread) => void>();
  let deaths: number[] = [];
  let numbers = 0;
  let questions = 0;
  let stopping = false;
  let replaced: Promise<void> = Promise.resolve();
  let told: CopyMemory | null = null;
  let { addresses } = options;

  function tellAll(news: ToThread): void {
    for (const { worker } of threads) worker.postMessage(news);
    // After the messages: a thread that sees the count finds them.
    pulse.countNews();
  }

  function memoryOf({ rows, index, removed }: EntryTable): CopyMemory {
    return { rows: rows.words.buffer, index: index.words.buffer, removed: removed.words.buffer };
  }

  function wholeCopy(): ToThread {
    const { table, directory } = options.copy();
    // No row may name terms that a thread has not heard of.
    table.onTerms = (number, terms) => tellAll({ kind: 'terms', number, terms });
    told = memoryOf(table);
    return { kind: 'copy', terms: table.terms, directory, ...told };
  }

  function start(): Thread {
    numbers += 1;
    const data: ThreadStart = {
      role,
      number: numbers,
      environment,
      addresses,
      pulse: pulseMemory,
      pulseBaseMs: baseMs,
      rates: options.rates,
      counts,
      hopOffers,
      tls: options.tls(),
    };
    const worker = new Worker(fileURLToPath(import.meta.url), {
      workerData: data,
      resourceLimits: {
        maxOldGenerationSizeMb: heapMb(options.threads),
        maxYoungGenerationSizeMb: youngMb,
      },
    });
    const listening = Promise.withResolvers<readonly ListenAddress[]>();
    const drained = Promise.withResolvers<void>();
    listening.promise.catch(() => {});
    const thread: Thread = {
      number: numbers,
      worker,
      listening: listening.promise,
      drained: drained.promise,
      turnsAllAway: false,
    };
    threads.add(thread);
    worker.postMessage(wholeCopy());
    worker.postMessage({ kind: 'deny', index: options.denied() } satisfies ToThread);
    for (const news of options.brakes()) worker.postMessage({ kind: 'brake', news } satisfies ToThread);
    pulse.countNews();
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'listening') listening.resolve(message.addresses);
      else if (message.kind === 'cannot listen') listening.reject(new Error(message.message));
      else if (message.kind === 'drained') drained.resolve();
      else if (message.kind === 'turns all away') thread.turnsAllAway = message.all;
      else hear(worker, message);
    });
    let reason = 'it has ended by itself';
    worker.on('error', (error) => {
      reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    worker.once('exit', () => {
      threads.delete(thread);
      drained.resolve();
      listening.reject(new Error(`a thread has ended: ${reason}`));
      if (!stopping) replace(thread, reason);
    });
    return thread;
  }

  async function answerTo(asked: Question): Promise<CredentialCheck | ProofAnswer> {
    try {
      if (asked.about === 'proof') return await core.keepProof(asked.request);
      const { username, password, client } = asked;
      const answer = await core.checkCredentials(username, password, client);
      // What threads remember of that name and place must not answer the next guess past the limits on guessing.
      if (!answer.ok) tellAll({ kind: 'sign-in refused', username, client });
      return answer;
    } catch (error) {
      log.error({ err: error }, 'a question of a thread could not be answered');
      const reason = String(error);
      return asked.about === 'proof'
        ? { ok: false, rule: 'report_not_kept', reason }
        : { ok: false, rule: 'credentials_not_checked', reason };
    }
  }

  function hear(worker: Worker, message: FromThread): void {
    switch (message.kind) {
      case 'question':
        void answerTo(message.asked).then((answer) =>
          worker.postMessage({ kind: 'answer', question: message.question, answer } satisfies ToThread),
        );
        return;
      case 'signed in':
        core.signedIn(message.signIn);
        return;
      case 'withdraw proof':
        core.withdrawProof(message.proof, message.cause);
        return;
      case 'mail of strangers':
        for (const mail of message.mail) core.countMail(mail);
        return;
      case 'spam seen':
        core.spamSeen(message.spam);
        return;
      case 'report':
        core.tell(message.report, message.payload);
        return;
      case 'log':
        options.writeLines(message.lines);
        return;
      case 'metrics':
        collecting.get(message.question)?.(message.metrics);
    }
  }

  /** Its sessions are gone; the others go on, and a new thread takes its place. */
  function replace({ number }: Thread, reason: string): void {
    log.error({ thread: number, reason }, 'a thread with sessions has died');
    releaseRateLocks(options.rates, number);
    // What it had counted nobody takes back: all that live count anew.
    counts = newCountMemory(seeds);
    tellAll({ kind: 'recount', counts });
    const now = performance.now();
    deaths = [...deaths.filter((at) => now - at < deathsMs), now];
    if (deaths.length > mostDeaths) {
      options.onHopeless(new Error(`${deaths.length} threads have died within a minute`));
      return;
    }
    replaced = start().listening.then(
      () => log.info('a new thread has taken its place'),
      (error) => log.error({ reason: String(error) }, 'the new thread does not listen'),
    );
  }

  const waitingTimer = setInterval(() => pulse.setWaiting(options.reportsWaiting()), waitingMs);
  waitingTimer.unref();

  async function end(): Promise<void> {
    stopping = true;
    clearInterval(waitingTimer);
    await Promise.all([...threads].map(({ worker }) => worker.terminate()));
  }

  pulse.beat(options.heartbeatAt());
  try {
    for (const address of addresses) if (address.port !== 0) await claimPort(address);
    // The first finds out which ports those are that the system was to choose.
    addresses = await start().listening;
    const others = Array.from({ length: options.threads - 1 }, () => start().listening);
    await Promise.all(others);
  } catch (error) {
    await end();
    throw error;
  }

  return {
    addresses,
    copyReloaded: () => tellAll(wholeCopy()),
    copyChanged: () => {
      const { table } = options.copy();
      const now = memoryOf(table);
      const moved = (Object.keys(now) as (keyof CopyMemory)[]).some((part) => now[part] !== told?.[part]);
      if (!moved) return;
      told = now;
      tellAll({ kind: 'moved', ...now });
    },
    tell: tellAll,
    beat: pulse.beat,
    turnsAllAway: () => [...threads].every((thread) => thread.turnsAllAway),
    metrics: async () => {
      const asked = [...threads].map(({ worker }) => {
        questions += 1;
        const question = questions;
        return new Promise<MetricsOfThread | null>((resolve) => {
          const finish = (metrics: MetricsOfThread | null) => {
            clearTimeout(timer);
            collecting.delete(question);
            resolve(metrics);
          };
          const timer = setTimeout(finish, metricsMs, null);
          collecting.set(question, finish);
          worker.postMessage({ kind: 'metrics', question } satisfies ToThread);
        });
      });
      return (await Promise.all(asked)).filter((metrics) => metrics !== null);
    },
    drain: async (withinMs) => {
      stopping = true;
      tellAll({ kind: 'drain', withinMs });
      await atMost(withinMs + lateMs, Promise.all([...threads].map(({ drained }) => drained)));
      await end();
    },
    kill: async () => {
      const [thread] = threads;
      if (thread === undefined) return;
      const gone = once(thread.worker, 'exit');
      await thread.worker.terminate();
      await gone;
      await replaced;
    },
  };
}

/** Half of the machine's memory, or of what the process may have, is for the heaps of its threads. */
function heapMb(threads: number): number {
  return Math.max(leastHeapMb, Math.floor(availableMemory() / 2 / threads / 1024 / 1024));
}

if (!isMainThread && workerData?.role === role && parentPort !== null) {
  void runSessionThread(workerData as ThreadStart, parentPort);
}
