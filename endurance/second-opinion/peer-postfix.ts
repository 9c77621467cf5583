import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePorts } from '../support/node-process.ts';
import type { PeerServer } from './peer-smtp-server.ts';

const run = promisify(execFile);
const askAgainMs = 50;
const testdata = path.resolve(import.meta.dirname, '..', '..', 'smtp-worker', 'testdata');

/**
 * A real Postfix in a folder of its own, with Debian's defaults and this machine in `mynetworks`, as a platform would
 * let its clients in. What it takes is discarded. Only root can start it.
 */
export async function startPostfix(program: string): Promise<PeerServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-postfix-'));
  // Postfix's own user works in it.
  await chmod(folder, 0o755);
  const [port = 0] = await freePorts(1);
  const etc = path.join(folder, 'etc');
  const spool = path.join(folder, 'spool');
  const data = path.join(folder, 'data');
  for (const place of [etc, spool, data]) await mkdir(place, { mode: 0o755 });
  const { stdout: owner } = await run('id', ['-u', 'postfix']);
  await chown(data, Number(owner), (await stat(data)).gid);
  await writeFile(
    path.join(etc, 'main.cf'),
    [
      'compatibility_level = 3.6',
      `queue_directory = ${spool}`,
      `data_directory = ${data}`,
      'myhostname = mx.postern.example',
      'mydestination =',
      'mynetworks = 127.0.0.0/8',
      'inet_interfaces = 127.0.0.1',
      'inet_protocols = ipv4',
      'default_transport = discard',
      'relay_transport = discard',
      'alias_maps =',
      'alias_database =',
      'biff = no',
      'smtpd_relay_restrictions = permit_mynetworks, reject',
      'smtpd_error_sleep_time = 0',
      'smtpd_client_connection_count_limit = 0',
      'smtpd_tls_security_level = may',
      `smtpd_tls_cert_file = ${path.join(testdata, 'certificate.pem')}`,
      `smtpd_tls_key_file = ${path.join(testdata, 'key.pem')}`,
      `maillog_file = ${path.join(folder, 'log')}`,
      `maillog_file_prefixes = ${folder}`,
      '',
    ].join('\n'),
  );
  await writeFile(
    path.join(etc, 'master.cf'),
    [
      `127.0.0.1:${port} inet n - n - 100 smtpd`,
      'cleanup unix n - n - 0 cleanup',
      'qmgr unix n - n 300 1 qmgr',
      'rewrite unix - - n - - trivial-rewrite',
      'bounce unix - - n - 0 bounce',
      'defer unix - - n - 0 bounce',
      'trace unix - - n - 0 bounce',
      'anvil unix - - n - 1 anvil',
      'proxymap unix - - n - - proxymap',
      'tlsmgr unix - - n 1000? 1 tlsmgr',
      'discard unix - - n - - discard',
      'error unix - - n - - error',
      'postlog unix-dgram n - n - 1 postlogd',
      '',
    ].join('\n'),
  );
  // Makes the folders of the queue.
  await run(program, ['-c', etc, 'check']);
  const { stdout: daemons } = await run(path.join(path.dirname(program), 'postconf'), [
    ...['-c', etc, '-h', 'daemon_directory'],
  ]);
  const master = spawn(path.join(daemons.trim(), 'master'), ['-c', etc, '-d'], { stdio: 'ignore' });
  const ended = once(master, 'exit');
  while (!(await listens(port))) {
    if (master.exitCode !== null) throw new Error(`Postfix has ended with code ${master.exitCode}`);
    await pause(askAgainMs);
  }
  return {
    port,
    close: async () => {
      master.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
