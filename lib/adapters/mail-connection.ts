import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { isThisMachine } from '../domain/unverified-password.ts';
import type { ComposedMessage } from './compose-message.ts';
import type { HopOutcome } from './mail-hop.ts';

const CONNECT_MS = 15_000;
const SILENCE_MS = 60_000;
/** For one message in all, shorter than the lease of who sends it: nobody else tries while this still runs. */
const SEND_MS = 120_000;
const LONGEST_REASON = 300;

export type MailConnectionSettings = {
  host: string;
  port: number;
  tlsRequired: boolean;
  /** Empty: no sign-in. */
  user: string;
  password: string;
};

export type MailConnection = {
  isOpen: () => boolean;
  send: (message: ComposedMessage) => Promise<HopOutcome>;
  quit: () => void;
};

/** Connects, takes up TLS, signs in. What goes wrong there is no fault of any message. */
export async function openMailConnection(
  settings: MailConnectionSettings,
): Promise<MailConnection | { reason: string }> {
  const { host, port, tlsRequired, user, password } = settings;
  const connection = new SMTPConnection({
    host,
    port,
    secure: false,
    requireTLS: tlsRequired,
    tls: { rejectUnauthorized: tlsRequired },
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
  });
  const lost = new Promise<Error>((resolve) => {
    connection.on('error', resolve);
    connection.once('end', () => resolve(new Error('the connection was closed')));
  });
  const step = (run: (done: (error?: Error | null) => void) => void) =>
    Promise.race([lost, new Promise<Error | null>((resolve) => run((error) => resolve(error ?? null)))]);

  const failure =
    (await step((done) => connection.connect(done))) ??
    (user === ''
      ? null
      : mayHavePassword(connection)
        ? await step((done) => connection.login({ credentials: { user, pass: password } }, done))
        : new Error('no password is sent in clear text'));
  if (failure !== null) {
    connection.close();
    return { reason: reasonOf(failure) };
  }
  let open = true;
  void lost.then(() => {
    open = false;
  });
  return {
    isOpen: () => open,
    send: (message) => send(connection, lost, message),
    quit: () => (open ? connection.quit() : connection.close()),
  };
}

function mayHavePassword({ secure, _socket }: SMTPConnection): boolean {
  return secure || isThisMachine((_socket || undefined)?.remoteAddress);
}

async function send(
  connection: SMTPConnection,
  lost: Promise<Error>,
  { envelope, raw }: ComposedMessage,
): Promise<HopOutcome> {
  // Read only after the hop's 354: from then on nobody can say whether it has taken the message, but the hop.
  let handedOver = false;
  const body = new Readable({
    read() {
      handedOver = true;
      this.push(raw);
      this.push(null);
    },
  });
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error(`no answer within ${SEND_MS / 1000} seconds`)), SEND_MS);
  });
  const sent = new Promise<Error | null>((resolve) => {
    connection.send(envelope, body, (error) => resolve(error));
  });
  const failure = await Promise.race([sent, lost, timedOut]);
  clearTimeout(timer);
  if (failure === null) return { outcome: 'sent' };
  connection.close();
  return { outcome: outcomeOf(failure, handedOver), reason: reasonOf(failure) };
}

type SmtpError = Error & { command?: string; responseCode?: number; response?: string };

function outcomeOf(error: SmtpError, handedOver: boolean): 'away' | 'temporary' | 'permanent' {
  const reply = error.responseCode ?? 0;
  const ofMessage = error.command === 'RCPT TO' || error.command === 'DATA';
  // Without a reply, or with one about our sender: no fault of this message. A hop that knows nothing of it yet is
  // passed over.
  if (reply === 0 || !ofMessage) return handedOver ? 'temporary' : 'away';
  if (reply < 500) return 'temporary';
  // X.7.x is the hop's policy (RFC 3463 3.8), such as relaying not set up yet: its operators may correct that.
  return /^\d{3}[ -]5\.7\./.test(error.response ?? '') ? 'temporary' : 'permanent';
}

function reasonOf(error: SmtpError): string {
  return (error.response ?? error.message).replace(/\s+/g, ' ').slice(0, LONGEST_REASON);
}
