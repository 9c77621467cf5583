import { setTimeout as pause } from 'node:timers/promises';
import { openClient, proxyLine } from '../support/client.ts';

// A client as honest mail systems are: it keeps a message until it has heard 250 to the dot, and tries again until then.

const againMs = 25;
const gaveUpMs = 240_000;

export type Sent = { tries: number };

/** Sends one message, however often that takes. @throws Error where it never gets through */
export async function sendUntilAccepted(
  port: number,
  address: string,
  number: number,
  body: string,
): Promise<Sent> {
  const since = performance.now();
  for (let tries = 1; ; tries += 1) {
    const outcome = await sendOnce(port, address, [
      'EHLO sender',
      'MAIL FROM:<a@acme.example>',
      'RCPT TO:<b@elsewhere.example>',
      'DATA',
      `From: a@acme.example\r\nX-Trial: ${number}\r\n\r\n${body}\r\n.`,
    ]);
    if (outcome.startsWith('250 2.0.0 Accepted')) return { tries };
    if (/^5/.test(outcome)) throw new Error(`message ${number} was refused for good: ${outcome}`);
    if (performance.now() - since > gaveUpMs) throw new Error(`message ${number}: ${outcome}`);
    await pause(againMs);
  }
}

/** @returns the last reply: that to the last line, the first that was no success, or nothing where the server was gone */
export async function sendOnce(port: number, address: string, lines: readonly string[]): Promise<string> {
  const client = openClient(port);
  client.write(proxyLine(address));
  let reply = await client.reply();
  for (const line of lines) {
    if (reply === null || !/^[23]/.test(reply)) break;
    client.write(`${line}\r\n`);
    reply = await client.reply();
  }
  client.reset();
  return reply ?? '';
}
