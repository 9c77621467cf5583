import type { Logger } from 'pino';
import type { SpamVerdict } from '../../../lib/domain/traffic.ts';
import { type CopyBudget, type MessageCopy, newMessageCopy } from './message-copy.ts';
import type { Filter, FilterAnswer } from './rspamd.ts';
import type { Sample } from './sample.ts';
import { sampleOf } from './sample.ts';

/** A message that was called spam. */
export type SpamSeen = {
  readonly entryId: string;
  readonly transactionId: string;
  readonly verdict: SpamVerdict;
  readonly filter: 'gtube' | 'rspamd';
  readonly score: number | null;
  readonly symbols: readonly string[];
  readonly sample: Sample;
};

/** A message that the next hop has taken. */
export type HandedMessage = {
  readonly entryId: string;
  readonly transactionId: string;
  readonly client: string | null;
  readonly ehlo: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly gtube: boolean;
  readonly copy: MessageCopy;
};

export type CheckOutcome = 'clean' | SpamVerdict | 'away' | 'skipped';

export type ContentChecks = {
  /** Keeps of a message what a check needs. */
  readonly newCopy: () => MessageCopy;
  /** Takes the copy over. */
  readonly check: (message: HandedMessage) => void;
  readonly waiting: () => number;
  readonly close: () => void;
};

/** With a filter; beyond this a message is cut off, as mail systems do that ask one. */
const mostOctets = 256 * 1024;
/** Without one: enough for the header of a message that says GTUBE. */
const headerOctets = 16 * 1024;
const mostAtOnce = 8;
/** What is under way and what waits for the filter, on a busy node: messages beyond it are not looked at. */
const mostHeldOctets = 64 * 1024 * 1024;
/** A filter that is away is asked again after this long. */
const restMs = 5_000;

export type ContentChecksOptions = {
  filter: Filter | null;
  seen: (spam: SpamSeen) => undefined;
  counted: (outcome: CheckOutcome) => undefined;
  elapsedMs: () => number;
  log: Logger;
};

/**
 * Asks the filter about messages that were handed on. Mail never waits for it: what it says is held against the sender,
 * not against the message.
 */
export function openContentChecks({
  filter,
  seen,
  counted,
  elapsedMs,
  log,
}: ContentChecksOptions): ContentChecks {
  const budget: CopyBudget = { used: 0, most: mostHeldOctets };
  const queue: HandedMessage[] = [];
  let running = 0;
  let restsUntilMs = Number.NEGATIVE_INFINITY;
  let away = false;
  let closed = false;

  function check(message: HandedMessage): undefined {
    if (message.gtube) {
      tell(message, { kind: 'spam', score: null, symbols: [] }, 'gtube');
      return message.copy.release();
    }
    if (filter === null || closed) return message.copy.release();
    const resting = elapsedMs() < restsUntilMs;
    if (resting || message.copy.dropped()) return pass(message, resting ? 'away' : 'skipped');
    queue.push(message);
    next();
  }

  /** It goes on unlooked at, as it has already. */
  function pass({ copy }: HandedMessage, outcome: CheckOutcome): undefined {
    copy.release();
    counted(outcome);
  }

  function next(): undefined {
    while (filter !== null && running < mostAtOnce) {
      const message = queue.shift();
      if (message === undefined) return;
      running += 1;
      filter
        .ask({ ...message, octets: message.copy.read() })
        .then((answer) => answered(message, answer))
        .catch((error) => log.error({ err: error }, 'a message could not be checked'))
        .finally(() => {
          running -= 1;
          message.copy.release();
          next();
        });
    }
  }

  function answered(message: HandedMessage, answer: FilterAnswer): undefined {
    if (closed) return;
    if (answer.kind === 'away') return isAway(answer.reason);
    if (away) log.info('the spam filter answers again');
    away = false;
    if (answer.kind === 'clean') counted('clean');
    else tell(message, answer, 'rspamd');
  }

  /** What waits already is not worth asking about one by one. */
  function isAway(reason: string): undefined {
    if (!away) log.warn({ reason }, 'the spam filter does not answer: mail goes on without it');
    away = true;
    restsUntilMs = elapsedMs() + restMs;
    counted('away');
    for (const message of queue.splice(0)) pass(message, 'away');
  }

  type Verdict = { kind: SpamVerdict; score: number | null; symbols: readonly string[] };

  function tell(
    message: HandedMessage,
    { kind, score, symbols }: Verdict,
    by: SpamSeen['filter'],
  ): undefined {
    counted(kind);
    const { entryId, transactionId } = message;
    seen({
      entryId,
      transactionId,
      verdict: kind,
      filter: by,
      score,
      symbols,
      sample: sampleOf(message.copy.read(), message),
    });
  }

  return {
    newCopy: () => newMessageCopy(filter === null ? headerOctets : mostOctets, budget),
    check,
    waiting: () => queue.length + running,
    close: () => {
      closed = true;
      for (const { copy } of queue.splice(0)) copy.release();
      filter?.close();
    },
  };
}
