import { readFileSync } from 'node:fs';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Gateway, type Rivals, waitForBanner } from './gateway.ts';
import { gatewayCore, startOnCore, stopProcess } from './process.ts';

// What a platform would write for Haraka: clients in memory, no database asked. On one port nobody is whitelisted.
const whitelistPlugin = `'use strict';
const clients = new Set(['127.0.0.1']);
const nobody = new Set();
exports.register = function () { this.register_hook('rcpt', 'decide'); };
exports.decide = function (next, connection) {
  const known = String(connection.local.port) === process.env.REFUSED_PORT ? nobody : clients;
  return known.has(connection.remote.ip) ? next(OK) : next(DENY, 'not whitelisted');
};
`;

/** Haraka with smtp_forward to the next hop. @param installed the folder whose node_modules hold it */
export async function startHaraka(rivals: Rivals, installed: string): Promise<Gateway> {
  const refusedPort = await rivals.freePort();
  const port = await rivals.freePort();
  const home = path.join(rivals.directory, 'haraka');
  const file = (name: string, text: string) => writeFile(path.join(home, name), text);
  await mkdir(path.join(home, 'config'), { recursive: true });
  await mkdir(path.join(home, 'plugins'));
  await mkdir(path.join(home, 'queue'));
  await symlink(path.join(installed, 'node_modules'), path.join(home, 'node_modules'));
  await file('plugins/postern-whitelist.js', whitelistPlugin);
  const defaults = path.join(installed, 'node_modules', 'Haraka', 'config');
  await copyFile(path.join(defaults, 'connection.ini'), path.join(home, 'config', 'connection.ini'));
  await file('config/plugins', 'postern-whitelist\nqueue/smtp_forward\n');
  await file('config/smtp.ini', `listen=127.0.0.1:${port},127.0.0.1:${refusedPort}\nnodes=0\n`);
  await file('config/smtp_forward.ini', `host=127.0.0.1\nport=${rivals.sinkPort}\n`);
  await file('config/loglevel', 'NOTICE\n');
  await file('config/me', 'bench.localhost\n');
  const log = path.join(rivals.directory, 'haraka.log');
  const program = path.join(installed, 'node_modules', 'Haraka', 'bin', 'haraka');
  const child = startOnCore(process.execPath, [program, '-c', home], {
    core: gatewayCore,
    log,
    env: { REFUSED_PORT: String(refusedPort) },
  });
  const stop = () => stopProcess(child);
  try {
    await waitForBanner(port, () => readFileSync(log, 'utf8').slice(-1500));
  } catch (error) {
    await stop();
    throw error;
  }
  return { name: 'Haraka', port, refusedPort, pid: child.pid ?? 0, stop };
}
