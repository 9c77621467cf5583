import { parentPort, workerData } from 'node:worker_threads';
import { openRates, type RateMemory } from '../rates.ts';

// A thread that takes as much of the rates of some entries as it gets.

export type RateTakerTask = {
  memory: RateMemory;
  /** how many have come; each begins when all are there */
  gate: SharedArrayBuffer;
  takers: number;
  thread: number;
  entries: string[];
  most: number;
  tries: number;
};

const { memory, gate, takers, thread, entries, most, tries } = workerData as RateTakerTask;
const rates = openRates(memory, () => 0, thread);
const here = new Int32Array(gate);
Atomics.add(here, 0, 1);
while (Atomics.load(here, 0) < takers);
let taken = 0;
for (let number = 0; number < tries; number += 1) {
  for (const entry of entries) if (rates.take(entry, most)) taken += 1;
}
parentPort?.postMessage(taken);
