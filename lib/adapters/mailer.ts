import { composeMessage, type Mailbox, type OutgoingMail } from './compose-message.ts';
import { createMailHop, type MailHop } from './mail-hop.ts';
import { writeToMaildir } from './mail-maildir.ts';

/** How a next hop fared with this message: `failure` null where it did what it is for. */
export type HopReport = { hop: string; failure: string | null };

/**
 * `sent`: the next hop has said 250, or the file is on disk. `temporary`: offer the same message again later, it may
 * have been taken already. `permanent`: this recipient or message is refused for good.
 */
export type MailOutcome = { hops: HopReport[] } & (
  | { outcome: 'sent'; by: string }
  | { outcome: 'temporary'; reason: string }
  | { outcome: 'permanent'; reason: string }
);

export type Mailer = {
  send: (mail: OutgoingMail) => Promise<MailOutcome>;
  close: () => void;
};

/**
 * Hands mail to the platform's own next hops, the first that answers; without any, into a Maildir.
 * @param options.nextHops as `SMTP_NEXT_HOP` has them, see `createMailHop`
 * @param options.maildir folder for mail where there is no next hop
 */
export function createMailer(options: {
  nextHops: readonly string[];
  maildir: string;
  from: Mailbox;
}): Mailer {
  const { nextHops, maildir, from } = options;
  const hops = nextHops.map(createMailHop);
  return {
    send: async (mail) => {
      const message = await composeMessage(from, mail);
      if (hops.length > 0) return sendByHops(hops, message);
      await writeToMaildir(maildir, message);
      return { outcome: 'sent', by: maildir, hops: [] };
    },
    close: () => {
      for (const hop of hops) hop.close();
    },
  };
}

async function sendByHops(
  hops: readonly MailHop[],
  message: Parameters<MailHop['send']>[0],
): Promise<MailOutcome> {
  const reports: HopReport[] = [];
  let reason = '';
  for (const hop of hops) {
    const result = await hop.send(message);
    if (result.outcome === 'sent') {
      reports.push({ hop: hop.name, failure: null });
      return { outcome: 'sent', by: hop.name, hops: reports };
    }
    reason = result.reason;
    // A hop that refuses one message, or puts it off, still works.
    reports.push({ hop: hop.name, failure: result.outcome === 'away' ? reason : null });
    if (result.outcome !== 'away') return { outcome: result.outcome, reason, hops: reports };
  }
  return { outcome: 'temporary', reason, hops: reports };
}
