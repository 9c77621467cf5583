import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export type TakenMail = { from: string; to: string[]; raw: Buffer; parsed: ParsedMail; tls: boolean };

export type MailSink = {
  /** For `SMTP_NEXT_HOP`. */
  url: string;
  port: number;
  /** What was answered with 250, in this order. */
  taken: TakenMail[];
  close: () => Promise<void>;
};

/** A real SMTP server on loopback that keeps what it takes. `options` are npm smtp-server's own. */
export async function startMailSink(
  options: SMTPServerOptions & {
    /** Called with each message before it is answered; an error (with `responseCode`) refuses it. */
    onMessage?: (raw: Buffer) => Promise<void> | void;
  } = {},
): Promise<MailSink> {
  const { onMessage, ...serverOptions } = options;
  const taken: TakenMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    ...serverOptions,
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        try {
          const raw = Buffer.concat(chunks);
          await onMessage?.(raw);
          const { mailFrom, rcptTo } = session.envelope;
          taken.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            raw,
            parsed: await simpleParser(raw),
            tls: session.secure,
          });
          callback();
        } catch (error) {
          callback(error as Error);
        }
      });
    },
  });
  // A client that is killed in the middle is what some tests are about.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    taken,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** What smtp-server answers with this code. */
export function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
