import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { openClient, proxyLine } from './client.ts';

export type Bystander = {
  /** Resolves with how long its replies took, in milliseconds, and how many messages it sent. */
  readonly stop: () => Promise<{ messages: number; slowestMs: number; medianMs: number }>;
};

const betweenMs = 20;

/**
 * An honest client that sends one message after the other over one connection, whatever others do meanwhile.
 * @throws from `stop`, Error where a reply was not the one that a whitelisted client gets
 */
export function startBystander(port: number, address: string): Bystander {
  const times: number[] = [];
  let messages = 0;
  let stopped = false;
  const running = run();
  running.catch(() => {});

  async function run(): Promise<void> {
    const client = openClient(port);
    const say = async (octets: string, expected: string) => {
      const since = performance.now();
      if (octets !== '') client.write(octets);
      const reply = await client.reply();
      times.push(performance.now() - since);
      if (!reply?.startsWith(expected)) {
        throw new Error(`the bystander heard ${JSON.stringify(reply)} and not ${expected}`);
      }
    };
    await say(proxyLine(address), '220 ');
    await say('EHLO bystander\r\n', '250-');
    while (!stopped) {
      await say('MAIL FROM:<bystander@acme.example>\r\n', '250 ');
      await say('RCPT TO:<b@elsewhere.example>\r\n', '250 ');
      await say('DATA\r\n', '354 ');
      await say('From: bystander@acme.example\r\nSubject: still here\r\n\r\nhello\r\n.\r\n', '250 ');
      messages += 1;
      await pause(betweenMs);
    }
    await say('QUIT\r\n', '221 ');
  }

  return {
    stop: async () => {
      stopped = true;
      await running;
      times.sort((one, other) => one - other);
      const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
      return { messages, slowestMs: Math.round(at(1)), medianMs: Math.round(at(0.5) * 10) / 10 };
    },
  };
}
