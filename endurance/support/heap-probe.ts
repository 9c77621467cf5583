import { BroadcastChannel, isMainThread, type Worker } from 'node:worker_threads';

// Loaded into each thread of a node before anything else (`--expose-gc --import`), so that what the node holds can be
// told from garbage. Heaps are counted over all threads; the rest is the process's own.

const collect = globalThis.gc;
const channel = new BroadcastChannel('postern-endurance-memory');
channel.unref();

function heapUsed(): number {
  // What the first collection has finished is let go by the second one.
  collect?.();
  collect?.();
  return process.memoryUsage().heapUsed;
}

if (isMainThread) {
  let threads = 0;
  let heaps: number[] = [];
  const report = () =>
    process.send?.({
      memory: { ...process.memoryUsage(), heapUsed: heaps.reduce((sum, heap) => sum + heap, 0) },
    });
  process.on('worker', (worker: Worker) => {
    threads += 1;
    worker.once('exit', () => {
      threads -= 1;
    });
  });
  channel.onmessage = ({ data }) => {
    if (typeof data !== 'number') return;
    heaps.push(data);
    if (heaps.length === threads + 1) report();
  };
  process.on('message', (message) => {
    if (message !== 'memory') return;
    heaps = [heapUsed()];
    if (threads === 0) report();
    else channel.postMessage('collect');
  });
  process.channel?.unref();
} else {
  channel.onmessage = ({ data }) => {
    if (data === 'collect') channel.postMessage(heapUsed());
  };
}
