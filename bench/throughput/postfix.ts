import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Gateway, type Rivals, waitForBanner } from './gateway.ts';
import { gatewayCore, startOnCore, stopProcess } from './process.ts';

/**
 * Postfix in front of the next hop: a before-queue proxy (SMTPD_PROXY_README) whose clients stand in PostgreSQL. The
 * table is as simple as can be, a text and its answer, without the networks and terms that our node decides on.
 */
export async function startPostfix(rivals: Rivals): Promise<Gateway> {
  const port = await rivals.freePort();
  const config = path.join(rivals.directory, 'postfix');
  const queue = path.join(config, 'queue');
  const data = path.join(config, 'data');
  await mkdir(queue, { recursive: true });
  await mkdir(data);
  await chown(data, Number(execFileSync('id', ['-u', 'postfix'], { encoding: 'utf8' })), 0);
  const database = new URL(rivals.databaseUrl);
  await writeFile(
    path.join(config, 'clients.cf'),
    [
      `hosts = ${database.hostname}:${database.port}`,
      `user = ${decodeURIComponent(database.username)}`,
      `password = ${decodeURIComponent(database.password)}`,
      `dbname = ${database.pathname.slice(1)}`,
      "query = SELECT action FROM bench_clients WHERE address = '%s'",
      '',
    ].join('\n'),
  );
  await writeFile(
    path.join(config, 'main.cf'),
    [
      'compatibility_level = 3.6',
      `queue_directory = ${queue}`,
      `data_directory = ${data}`,
      'mail_owner = postfix',
      'setgid_group = postdrop',
      'inet_interfaces = 127.0.0.1',
      'inet_protocols = ipv4',
      'myhostname = bench.localhost',
      'mydestination =',
      'mynetworks =',
      'alias_maps =',
      'local_recipient_maps =',
      'smtpd_peername_lookup = no',
      'smtpd_tls_security_level = none',
      'smtputf8_enable = no',
      'smtpd_client_connection_count_limit = 0',
      `smtpd_relay_restrictions = check_client_access pgsql:${path.join(config, 'clients.cf')}, reject`,
      'smtpd_recipient_restrictions =',
      '',
    ].join('\n'),
  );
  await writeFile(
    path.join(config, 'master.cf'),
    [
      `127.0.0.1:${port} inet n - n - - smtpd -o smtpd_proxy_filter=127.0.0.1:${rivals.sinkPort}`,
      'anvil unix - - n - 1 anvil',
      'proxymap unix - - n - - proxymap',
      'rewrite unix - - n - - trivial-rewrite',
      'cleanup unix n - n - 0 cleanup',
      'qmgr unix n - n 300 1 qmgr',
      'error unix - - n - - error',
      'postlog unix-dgram n - n - 1 postlogd',
      '',
    ].join('\n'),
  );
  await chmod(config, 0o755);
  const log = path.join(config, 'log');
  const child = startOnCore('postfix', ['-c', config, 'start-fg'], { core: gatewayCore, log });
  // Its master leads a process group of its own.
  const endMaster = () => {
    const file = path.join(queue, 'pid', 'master.pid');
    if (child.exitCode !== null || !existsSync(file)) return;
    const master = Number(readFileSync(file, 'utf8'));
    if (master > 0) process.kill(master, 'SIGTERM');
  };
  process.once('exit', endMaster);
  const stop = async () => {
    process.off('exit', endMaster);
    endMaster();
    await stopProcess(child);
  };
  try {
    await waitForBanner(port, () => readFileSync(log, 'utf8').slice(-500));
  } catch (error) {
    await stop();
    throw error;
  }
  return { name: 'Postfix', port, pid: child.pid ?? 0, stop };
}
