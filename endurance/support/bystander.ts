import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { openClient, proxyLine } from './client.ts';

export type Bystander = { readonly stop: () => Promise<BystanderAccount> };

export type BystanderAccount = {
  /** each of which it heard 250 for */
  messages: number;
  /** How long its replies took. */
  slowestMs: number;
  medianMs: number;
  /** tries that heard 451 because the next hop was away */
  deferred: number;
  /** the most sessions of others that came to their end within one of its messages */
  mostOvertaken: number;
};

const betweenMs = 20;

/**
 * An honest client that sends one message after the other over one connection, whatever others do meanwhile.
 * A next hop that is away it bears, and tries again.
 * @param othersEnded how many sessions of others have come to their end
 * @throws from `stop`, Error where a reply was not the one that a whitelisted client gets
 */
export function startBystander(
  port: number,
  address: string,
  othersEnded: () => number = () => 0,
): Bystander {
  const times: number[] = [];
  let messages = 0;
  let deferred = 0;
  let mostOvertaken = 0;
  let stopped = false;
  const running = run();
  running.catch(() => {});

  async function run(): Promise<void> {
    const client = openClient(port);
    /** @returns false where the next hop is away */
    const say = async (octets: string, expected: string): Promise<boolean> => {
      const since = performance.now();
      if (octets !== '') client.write(octets);
      const reply = await client.reply();
      times.push(performance.now() - since);
      if (reply?.startsWith(expected)) return true;
      if (reply?.startsWith('451 4.4.1 ')) return false;
      throw new Error(`the bystander heard ${JSON.stringify(reply)} and not ${expected}`);
    };
    await say(proxyLine(address), '220 ');
    await say('EHLO bystander\r\n', '250-');
    while (!stopped) {
      const before = othersEnded();
      const taken =
        (await say('MAIL FROM:<bystander@acme.example>\r\n', '250 ')) &&
        (await say('RCPT TO:<b@elsewhere.example>\r\n', '250 ')) &&
        (await say('DATA\r\n', '354 ')) &&
        (await say('From: bystander@acme.example\r\nSubject: still here\r\n\r\nhello\r\n.\r\n', '250 '));
      if (taken) messages += 1;
      else {
        deferred += 1;
        await say('RSET\r\n', '250 ');
      }
      mostOvertaken = Math.max(mostOvertaken, othersEnded() - before);
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
      const slowestMs = Math.round(at(1));
      return { messages, deferred, slowestMs, medianMs: Math.round(at(0.5) * 10) / 10, mostOvertaken };
    },
  };
}
