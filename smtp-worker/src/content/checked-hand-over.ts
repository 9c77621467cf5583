import type { Envelope, HandOver, HandOverEvents } from '../session/types.ts';
import type { ContentChecks } from './content-checks.ts';
import { newGtubeSearch } from './gtube.ts';

type Open = (envelope: Envelope, events: HandOverEvents) => HandOver;

/**
 * Looks at what is handed over on its way past, without holding it up, and has it checked once the next hop has taken it.
 * Only mail that rests on an entry: whoever has signed in answers to the platform itself.
 */
export function checkedHandOver(open: Open, checks: ContentChecks): Open {
  return (envelope, events) => {
    const { entryId } = envelope;
    if (entryId === null) return open(envelope, events);
    const search = newGtubeSearch();
    const copy = checks.newCopy();
    const asked: string[] = [];
    const recipients: string[] = [];
    let gtube = false;

    function pass(octets: Buffer): void {
      gtube = search.look(octets);
      copy.add(octets);
    }

    const inner = open(envelope, {
      ...events,
      recipientAnswered: (answer) => {
        const to = asked.shift();
        if (to !== undefined && answer.kind === 'accepted') recipients.push(to);
        events.recipientAnswered(answer);
      },
      finished: (answer) => {
        events.finished(answer);
        if (answer.kind !== 'accepted') return copy.release();
        const { transactionId, sender, client } = envelope;
        checks.check({
          entryId,
          transactionId,
          client: client.address,
          ehlo: client.ehlo,
          sender,
          recipients,
          gtube,
          copy,
        });
      },
    });
    return {
      ...inner,
      recipient: (path) => {
        asked.push(path);
        inner.recipient(path);
      },
      write: (octets) => {
        pass(octets);
        return inner.write(octets);
      },
      finish: (octets) => {
        pass(octets);
        inner.finish(octets);
      },
      abandon: () => {
        copy.release();
        inner.abandon();
      },
    };
  };
}
