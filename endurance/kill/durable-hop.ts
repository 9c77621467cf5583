import { open } from 'node:fs/promises';
import { serveNextHop } from '../support/next-hop.ts';

// A next hop as a process of its own, to be killed: `node durable-hop.ts PORT FILE`. A message is on the disk before its
// dot is answered, as with every mail system that can be trusted.

const [port, name = ''] = process.argv.slice(2);
const file = await open(name, 'a');
await serveNextHop({
  port: Number(port),
  take: async ({ octets }) => {
    await file.write(`${/^X-Trial: (.*)\r$/m.exec(octets)?.[1]}\n`);
    await file.datasync();
  },
});
process.send?.('ready');
