import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** What a server says to each of some lines, from an address of loopback; the banner comes first. */
export async function sayTo(port: number, from: string, lines: readonly string[]): Promise<string[]> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from, noDelay: true });
  const replies: string[] = [];
  const waiting = [...lines];
  try {
    const reader = createInterface({ input: socket });
    socket.setTimeout(120_000, () => socket.destroy(new Error(`no answer: ${replies.join(' | ')}`)));
    const failed = new Promise<never>((_, reject) => socket.once('error', reject));
    const done = (async () => {
      let reply = '';
      for await (const line of reader) {
        reply += reply === '' ? line : `\n${line}`;
        if (line[3] === '-') continue;
        replies.push(reply);
        reply = '';
        const next = waiting.shift();
        if (next === undefined) break;
        socket.write(`${next}\r\n`);
      }
    })();
    await Promise.race([done, failed]);
    return replies;
  } finally {
    socket.destroy();
  }
}

/** The reply to RCPT, of a client at an address that sends as somebody. */
export async function askRecipient(
  port: number,
  from: string,
  { sender = 'printer@acme.example', recipient = 'b@elsewhere.example' } = {},
): Promise<string> {
  const lines = ['EHLO device.example', `MAIL FROM:<${sender}>`, `RCPT TO:<${recipient}>`];
  return (await sayTo(port, from, lines)).at(-1) ?? '';
}
