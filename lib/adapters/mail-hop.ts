import type { ComposedMessage } from './compose-message.ts';
import { type MailConnection, openMailConnection } from './mail-connection.ts';

/** How long a connection is kept for the next message. */
const IDLE_MS = 10_000;

/**
 * `away`: nothing was handed over, another hop may be tried at once. `temporary`: it may even have been taken, so only
 * the same message may be offered again, later. `permanent`: this recipient or this message is refused for good.
 */
export type HopOutcome =
  | { outcome: 'sent' }
  | { outcome: 'away' | 'temporary' | 'permanent'; reason: string };

export type MailHop = {
  /** Host and port: for logs, pages and mail, without user and password. */
  name: string;
  send: (message: ComposedMessage) => Promise<HopOutcome>;
  close: () => void;
};

/**
 * One next hop for mail. A connection is kept a few seconds for the next message.
 * @param url `smtp://[user:password@]host[:port][?tls=required]`. STARTTLS is used wherever it is offered; with
 *   `tls=required` it must be, with a certificate for that host. In clear text a password goes to this machine alone.
 */
export function createMailHop(url: string): MailHop {
  const { hostname, port, username, password, searchParams } = new URL(url);
  const settings = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? 25 : Number(port),
    tlsRequired: searchParams.get('tls') === 'required',
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
  let kept: { connection: MailConnection; timer: NodeJS.Timeout } | undefined;

  function takeKept(): MailConnection | undefined {
    const connection = kept?.connection;
    clearTimeout(kept?.timer);
    kept = undefined;
    return connection;
  }

  function keep(connection: MailConnection): void {
    takeKept()?.quit();
    const timer = setTimeout(() => takeKept()?.quit(), IDLE_MS).unref();
    kept = { connection, timer };
  }

  async function offer(connection: MailConnection, message: ComposedMessage): Promise<HopOutcome> {
    const outcome = await connection.send(message);
    if (outcome.outcome === 'sent') keep(connection);
    else connection.quit();
    return outcome;
  }

  return {
    name: `${hostname}:${settings.port}`,
    send: async (message) => {
      const used = takeKept();
      if (used?.isOpen()) {
        const outcome = await offer(used, message);
        // The hop may have closed it in this moment: that says nothing about a new one.
        if (outcome.outcome !== 'away') return outcome;
      }
      const opened = await openMailConnection(settings);
      return 'reason' in opened ? { outcome: 'away', reason: opened.reason } : offer(opened, message);
    },
    close: () => takeKept()?.quit(),
  };
}
