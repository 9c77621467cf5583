import { Agent, type ClientRequestArgs, request } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { z } from 'zod';
import { storable } from '../../../lib/domain/storable.ts';
import type { SpamVerdict } from '../../../lib/domain/traffic.ts';

/** A message as the filter is asked about it. */
export type FilteredMessage = {
  readonly transactionId: string;
  readonly client: string | null;
  readonly ehlo: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  /** what the next hop was given, dots unstuffed; cut off where it is long */
  readonly octets: Buffer;
};

export type FilterAnswer =
  | { readonly kind: 'clean'; readonly score: number }
  | { readonly kind: SpamVerdict; readonly score: number; readonly symbols: readonly string[] }
  /** It could not be asked, or has not answered in time, or nothing that can be read. */
  | { readonly kind: 'away'; readonly reason: string };

export type Filter = {
  readonly ask: (message: FilteredMessage) => Promise<FilterAnswer>;
  readonly close: () => void;
};

const largestAnswer = 1024 * 1024;
const mostRecipients = 100;
const mostSymbols = 20;

const answer = z.object({
  action: z.string().default('no action'),
  score: z.number().default(0),
  symbols: z.record(z.string(), z.object({ score: z.number().default(0) })).default({}),
});

/** What virus scanners behind rspamd call a find, and its lists of phishing pages. */
const malware = /_VIRUS$|^PHISHED_/;

/**
 * rspamd over HTTP (https://docs.rspamd.com/developers/protocol): the message is the body, the envelope stands in header
 * fields. Spam is what it would reject; what it would only mark is not certain enough to hold against anybody.
 * @param url of its normal worker, without a path
 * @param timeoutMs nobody waits for the answer; what takes longer is of no use any more
 */
export function openRspamd(url: string, timeoutMs = 10_000): Filter {
  const target = new URL(`${url.replace(/\/+$/, '')}/checkv2`);
  const { protocol } = target;
  const agent: Agent =
    protocol === 'https:' ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });

  function ask(message: FilteredMessage): Promise<FilterAnswer> {
    const options: ClientRequestArgs = { method: 'POST', agent, headers: headersOf(message) };
    return new Promise((resolve) => {
      const away = (reason: string) => resolve({ kind: 'away', reason });
      const asked = request(target, { ...options, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
          if (text.length > largestAnswer) response.destroy(new Error('its answer is too long'));
        });
        response.on('error', (error) => away(error.message));
        response.on('end', () =>
          response.statusCode === 200 ? resolve(read(text)) : away(`HTTP ${response.statusCode}`),
        );
      });
      asked.on('error', (error) => away(error.message));
      asked.end(message.octets);
    });
  }

  return { ask, close: () => agent.destroy() };
}

function read(text: string): FilterAnswer {
  const parsed = answer.safeParse(parseJson(text));
  if (!parsed.success) return { kind: 'away', reason: 'its answer cannot be read' };
  const { action, score, symbols } = parsed.data;
  if (action !== 'reject') return { kind: 'clean', score };
  const names = Object.entries(symbols)
    .filter(([, symbol]) => symbol.score > 0)
    .sort(([, one], [, other]) => other.score - one.score)
    .map(([name]) => storable(name.slice(0, 100)));
  const kind = names.some((name) => malware.test(name)) ? 'malware' : 'spam';
  return { kind, score, symbols: names.slice(0, mostSymbols) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function headersOf(message: FilteredMessage): Record<string, string | string[] | number> {
  const { client, ehlo, sender, recipients, transactionId, octets } = message;
  return {
    'Content-Type': 'message/rfc822',
    'Content-Length': octets.length,
    'Queue-Id': transactionId,
    Helo: printable(ehlo),
    From: printable(sender),
    Rcpt: recipients.slice(0, mostRecipients).map(printable),
    ...(client === null ? {} : { Ip: client }),
  };
}

/** What may not stand in a header field of HTTP would keep the message from being looked at. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 1000);
}
