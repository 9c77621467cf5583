import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type World, world } from './world.ts';

const script = path.resolve(
  import.meta.dirname,
  '..',
  '..',
  'lib',
  'adapters',
  'testing',
  'serve-evidence.ts',
);

/** Real name, list and registry servers on loopback that know this, and the settings by which the product asks them. */
export async function startEvidenceServers(known: World = world): Promise<{
  settings: { [name: string]: string };
  stop: () => Promise<void>;
}> {
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.stdin.end();
    await ended;
  };
  child.stdin.write(`${JSON.stringify(known)}\n`);
  const line = await firstLine(child);
  const { dns, rdap, list } = JSON.parse(line) as { dns: string; rdap: string; list: string };
  return { settings: { DNS_SERVERS: dns, RDAP_URL: rdap, DNSBL_ZONES: list }, stop };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the servers have no output');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the servers of evidence did not start');
}
