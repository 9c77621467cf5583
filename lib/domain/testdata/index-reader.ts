// A thread that looks addresses up while another one patches, and says which answers it could not have had.
import { parentPort, workerData } from 'node:worker_threads';
import { lookUpAddress, openWhitelistIndex } from '../whitelist-index.ts';

/** Each address with the one number it may have; -1 is always possible, as its network comes and goes. */
export type ReaderTask = {
  index: SharedArrayBuffer;
  /** Word 0 becomes 1 when the reader has begun, word 1 when it has done. */
  signal: SharedArrayBuffer;
  addresses: string[];
  numbers: number[];
  rounds: number;
};

export type ReaderReport = { wrong: string[]; found: number; missed: number };

if (parentPort !== null) {
  const task = workerData as ReaderTask;
  const index = openWhitelistIndex(task.index);
  const signal = new Int32Array(task.signal);
  const report: ReaderReport = { wrong: [], found: 0, missed: 0 };
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
  try {
    for (let round = 0; round < task.rounds; round += 1) {
      for (const [place, address] of task.addresses.entries()) {
        const number = lookUpAddress(index, address);
        if (number === -1) report.missed += 1;
        else if (number === task.numbers[place]) report.found += 1;
        else report.wrong.push(`${address} had ${number}`);
      }
    }
  } finally {
    Atomics.store(signal, 1, 1);
  }
  parentPort.postMessage(report);
}
