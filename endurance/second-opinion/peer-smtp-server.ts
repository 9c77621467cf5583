import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { SMTPServer } from 'smtp-server';

const testdata = path.resolve(import.meta.dirname, '..', '..', 'smtp-worker', 'testdata');

export type PeerServer = { readonly port: number; readonly close: () => Promise<void> };

/** npm's smtp-server, open to everybody, that throws away what it takes. */
export async function startSmtpServer(): Promise<PeerServer> {
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    size: 100_000,
    closeTimeout: 100,
    cert: await readFile(path.join(testdata, 'certificate.pem')),
    key: await readFile(path.join(testdata, 'key.pem')),
    onAuth: (_auth, _session, done) => done(new Error('nobody signs in here')),
    onData: (stream, _session, done) => {
      stream.resume();
      stream.once('end', () => done());
    },
  });
  // Clients that vanish are no concern of the trial.
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
