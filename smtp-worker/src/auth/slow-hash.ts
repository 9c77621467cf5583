import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { compare } from 'bcryptjs';
import { verifySha512Crypt } from './sha512-crypt.ts';

// bcrypt and SHA-512 crypt in JavaScript would hold up every session for tens of milliseconds: they have a thread of
// their own, started with the first such credential. This file is that thread as well.

type Question = { id: number; hash: string; password: string };
type Answer = { id: number; matches: boolean };

const role = 'slow-hash';

export type SlowHash = {
  readonly verify: (hash: string, password: string) => Promise<boolean>;
  readonly close: () => Promise<void>;
};

export function openSlowHash(): SlowHash {
  let thread: Worker | null = null;
  let questions = 0;
  const waiting = new Map<number, PromiseWithResolvers<boolean>>();

  function start(): Worker {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { role } });
    worker.on('message', ({ id, matches }: Answer) => {
      waiting.get(id)?.resolve(matches);
      waiting.delete(id);
    });
    worker.on('error', (error) => {
      thread = null;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    });
    worker.unref();
    return worker;
  }

  return {
    verify: (hash, password) => {
      thread ??= start();
      questions += 1;
      const answer = Promise.withResolvers<boolean>();
      waiting.set(questions, answer);
      thread.postMessage({ id: questions, hash, password } satisfies Question);
      return answer.promise;
    },
    close: async () => void (await thread?.terminate()),
  };
}

if (!isMainThread && workerData?.role === role) {
  parentPort?.on('message', async ({ id, hash, password }: Question) => {
    const matches = hash.startsWith('$6$')
      ? verifySha512Crypt(hash, password)
      : await compare(password, hash).catch(() => false);
    parentPort?.postMessage({ id, matches } satisfies Answer);
  });
}
