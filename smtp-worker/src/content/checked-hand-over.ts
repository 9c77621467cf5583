import type { Envelope, HandOver, HandOverAnswer, HandOverEvents } from '../session/types.ts';
import type { ContentChecks } from './content-checks.ts';
import { type GtubeSearch, newGtubeSearch } from './gtube.ts';
import type { MessageCopy } from './message-copy.ts';

type Open = (envelope: Envelope, events: HandOverEvents) => HandOver;

/**
 * Looks at what is handed over on its way past, without holding it up, and has it checked once the next hop has taken it.
 * Only mail that rests on an entry: whoever has signed in answers to the platform itself.
 */
export function checkedHandOver(open: Open, checks: ContentChecks): Open {
  return (envelope, events) => {
    const { entryId } = envelope;
    return entryId === null
      ? open(envelope, events)
      : new CheckedHandOver(open, checks, entryId, envelope, events);
  };
}

class CheckedHandOver implements HandOver, HandOverEvents {
  readonly checks: ContentChecks;
  readonly entryId: string;
  readonly envelope: Envelope;
  readonly events: HandOverEvents;
  readonly inner: HandOver;
  readonly search: GtubeSearch = newGtubeSearch();
  readonly copy: MessageCopy;
  readonly asked: string[] = [];
  readonly recipients: string[] = [];
  gtube = false;

  constructor(
    open: Open,
    checks: ContentChecks,
    entryId: string,
    envelope: Envelope,
    events: HandOverEvents,
  ) {
    this.checks = checks;
    this.entryId = entryId;
    this.envelope = envelope;
    this.events = events;
    this.copy = checks.newCopy();
    this.inner = open(envelope, this);
  }

  recipient(path: string): undefined {
    this.asked.push(path);
    this.inner.recipient(path);
  }

  recipientAnswered(answer: HandOverAnswer): undefined {
    const to = this.asked.shift();
    if (to !== undefined && answer.kind === 'accepted') this.recipients.push(to);
    this.events.recipientAnswered(answer);
  }

  openBody(): undefined {
    this.inner.openBody();
  }

  bodyOpened(answer: HandOverAnswer): undefined {
    this.events.bodyOpened(answer);
  }

  write(octets: Buffer): boolean {
    this.pass(octets);
    return this.inner.write(octets);
  }

  drained(): undefined {
    this.events.drained();
  }

  finish(octets: Buffer): undefined {
    this.pass(octets);
    this.inner.finish(octets);
  }

  finished(answer: HandOverAnswer): undefined {
    this.events.finished(answer);
    if (answer.kind !== 'accepted') return this.copy.release();
    const { entryId, recipients, gtube, copy } = this;
    const { transactionId, sender, client } = this.envelope;
    this.checks.check({
      entryId,
      transactionId,
      client: client.address,
      ehlo: client.ehlo,
      sender,
      recipients,
      gtube,
      copy,
    });
  }

  abandon(): undefined {
    this.copy.release();
    this.inner.abandon();
  }

  pass(octets: Buffer): undefined {
    this.gtube = this.search.look(octets);
    this.copy.add(octets);
  }
}
