import { openClient } from '../support/client.ts';
import { type Probe, probeStates } from './probes.ts';

/** Nobody of those asked keeps a client waiting this long, however busy the machine. */
const quietMs = 60_000;
const dotLine = '\r\n.\r\n';

/** What is said to a server: one write, which ends a line and, in a body, the message. */
export function spoken({ state, octets }: Probe): string {
  if (state === 'after DATA')
    return octets.endsWith(dotLine) || octets === '.\r\n' ? octets : octets + dotLine;
  return octets.endsWith('\r\n') ? octets : `${octets}\r\n`;
}

/** How a client gets out of where it then is; null where only hanging up is left. */
export function farewell(probe: Probe, reply: string | null): string | null {
  const code = codesIn(reply ?? '').at(-1);
  if (code === '354') return 'From: a@acme.example\r\n\r\nx\r\n.\r\nQUIT\r\n';
  if (code === '334') return '*\r\nQUIT\r\n';
  return code === '220' && /STARTTLS/i.test(probe.octets) ? null : 'QUIT\r\n';
}

/** Says the probe to a server that listens on a port. @returns all reply codes from the probe on, until it hangs up */
export async function askServer(port: number, probe: Probe): Promise<string[]> {
  const client = openClient(port);
  await client.reply();
  for (const line of probeStates[probe.state]) {
    client.write(`${line}\r\n`);
    await client.reply();
  }
  const before = codesIn(client.heard()).length;
  client.write(spoken(probe));
  const goodbye = farewell(probe, await client.reply());
  if (goodbye === null) client.reset();
  else client.write(goodbye);
  const closed = client.closed(quietMs);
  for (let reply = await client.reply(); reply !== null; reply = await client.reply()) {
    // Who has read a DATA in the middle of a line has taken our goodbye for a body.
    if (codesIn(reply)[0] === '354') client.write(`${dotLine}QUIT\r\n`);
  }
  await closed;
  return codesIn(client.heard()).slice(before);
}

/** One code for each whole reply. */
export function codesIn(heard: string): string[] {
  return [...heard.matchAll(/^([2-5][0-9]{2}) [^\r\n]*\r?\n/gm)].map(([, code = '']) => code);
}
