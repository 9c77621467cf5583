// Loaded into a node before anything else (`--expose-gc --import`), so that what it holds can be told from garbage.

const collect = globalThis.gc;

process.on('message', (message) => {
  if (message !== 'memory' || collect === undefined) return;
  collect();
  // What the first collection has finished is let go by a second one.
  setImmediate(() => {
    collect();
    process.send?.({ memory: process.memoryUsage() });
  });
});
process.channel?.unref();

export {};
