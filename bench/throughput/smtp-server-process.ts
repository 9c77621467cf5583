import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { SMTPServer } from 'smtp-server';

// A gateway made of npm smtp-server and nodemailer, at its best: without the wait of 100 ms before its banner, without
// Nagle, with connections to the sink that are used again.

const waitBeforeBanner = 100;
const timeout = globalThis.setTimeout;
globalThis.setTimeout = ((act: () => void, milliseconds?: number, ...values: []) =>
  timeout(act, milliseconds === waitBeforeBanner ? 0 : milliseconds, ...values)) as typeof setTimeout;

const sink = { host: '127.0.0.1', port: Number(process.env.SINK_PORT), ignoreTLS: true };
const idle: SMTPConnection[] = [];

function acquire(got: (connection: SMTPConnection) => void): void {
  const known = idle.pop();
  if (known !== undefined) {
    got(known);
    return;
  }
  const connection = new SMTPConnection(sink);
  connection.on('error', () => {});
  connection.connect(() => got(connection));
}

function listen(port: number, clients: ReadonlySet<string>): void {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onRcptTo: (_address, session, done) =>
      done(
        clients.has(session.remoteAddress)
          ? null
          : Object.assign(new Error('not whitelisted'), { responseCode: 530 }),
      ),
    onData: (stream, session, done) => {
      const { mailFrom, rcptTo } = session.envelope;
      const from = mailFrom === false ? '' : mailFrom.address;
      acquire((connection) => {
        connection.send({ from, to: rcptTo.map(({ address }) => address) }, stream, (error) => {
          if (error === null) idle.push(connection);
          else connection.close();
          done(error);
        });
      });
    },
  });
  server.server.on('connection', (socket) => socket.setNoDelay(true));
  server.on('error', () => {});
  server.listen(port, '127.0.0.1');
}

listen(Number(process.env.GATEWAY_PORT), new Set(['127.0.0.1']));
listen(Number(process.env.REFUSED_PORT), new Set());
