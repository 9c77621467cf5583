import { parentPort, workerData } from 'node:worker_threads';
import { openRates, type RateMemory } from '../rates.ts';

// A thread that takes as much of the rates of some entries as it gets.

export type RateTakerTask = {
  memory: RateMemory;
  thread: number;
  entries: string[];
  most: number;
  tries: number;
};

const { memory, thread, entries, most, tries } = workerData as RateTakerTask;
const rates = openRates(memory, () => 0, thread);
let taken = 0;
for (let number = 0; number < tries; number += 1) {
  for (const entry of entries) if (rates.take(entry, most)) taken += 1;
}
parentPort?.postMessage(taken);
