import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { freePorts } from '../support/node-process.ts';

export type HopProcess = {
  readonly port: number;
  readonly start: () => Promise<void>;
  readonly kill: () => Promise<void>;
  /** The numbers of all messages that it has on its disk, each as often as it got it. */
  readonly kept: () => Promise<string[]>;
};

export async function newHopProcess(folder: string): Promise<HopProcess> {
  const [port = 0] = await freePorts(1);
  const file = path.join(folder, 'kept');
  let child: ChildProcess | null = null;
  return {
    port,
    start: async () => {
      child = spawn(
        process.execPath,
        [path.join(import.meta.dirname, 'durable-hop.ts'), String(port), file],
        { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
      );
      await once(child, 'message');
    },
    kill: async () => {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    kept: async () => (await readFile(file, 'latin1')).split('\n').slice(0, -1),
  };
}
