import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A real HAProxy in the foreground, on ports that it is told. */
export type Haproxy = {
  /** Of each server of the backends, its state and what its last health check found: `UP L7OK`, `DOWN L4CON` … */
  readonly checks: () => Promise<Map<string, string>>;
  /** How many sessions each server has. */
  readonly sessions: () => Promise<{ server: string; open: number }[]>;
  /** Resolves once every named server's check has that result. */
  readonly checked: (wanted: Record<string, string>) => Promise<void>;
  readonly stop: () => Promise<void>;
};

const askAgainMs = 50;

/** @param lines of frontends and backends; timeouts and the mode are given */
export function startHaproxy(program: string, lines: readonly string[]): Promise<Haproxy> {
  return runHaproxy(program, [
    'defaults',
    '  mode tcp',
    '  timeout connect 5s',
    '  timeout client 60s',
    '  timeout server 60s',
    // A check that waits for its turn on a busy machine has not failed.
    '  timeout check 20s',
    '  option redispatch 1',
    ...lines,
  ]);
}

/** @param lines of a whole configuration, to which only a socket for the test and a size for it are added */
export async function runHaproxy(program: string, lines: readonly string[]): Promise<Haproxy> {
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-haproxy-'));
  const file = path.join(folder, 'haproxy.cfg');
  const control = path.join(folder, 'control');
  await writeFile(
    file,
    ['global', `  stats socket ${control} level admin`, '  maxconn 200', ...lines, ''].join('\n'),
  );
  const child = spawn(program, ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (octets: Buffer) => {
    errors += octets;
  });
  const ended = once(child, 'exit');

  async function ask(command: string): Promise<string> {
    const socket = connect(control);
    let answer = '';
    socket.on('data', (octets: Buffer) => {
      answer += octets;
    });
    socket.end(`${command}\n`);
    await once(socket, 'close');
    return answer;
  }

  /** Of each server, and of what frontends and backends are as a whole, its columns by their names. */
  async function statistics(): Promise<((column: string) => string)[]> {
    const [head = '', ...rows] = (await ask('show stat')).trim().split('\n');
    const names = head.replace(/^# /, '').split(',');
    return rows.map((row) => (column) => row.split(',')[names.indexOf(column)] ?? '');
  }

  async function checks(): Promise<Map<string, string>> {
    const check = (at: (column: string) => string) => at('check_status').replace(/^\* /, '');
    return new Map((await statistics()).map((at) => [at('svname'), `${at('status')} ${check(at)}`]));
  }

  async function sessions(): Promise<{ server: string; open: number }[]> {
    const servers = (await statistics()).filter((at) => !['FRONTEND', 'BACKEND'].includes(at('svname')));
    return servers.map((at) => ({ server: at('svname'), open: Number(at('scur')) }));
  }

  for (;;) {
    if (child.exitCode !== null) throw new Error(`HAProxy has ended: ${errors}`);
    const up = await ask('show info').then(
      () => true,
      () => false,
    );
    if (up) break;
    await pause(askAgainMs);
  }
  return {
    checks,
    sessions,
    checked: async (wanted) => {
      for (;;) {
        const found = await checks();
        if (Object.entries(wanted).every(([name, status]) => found.get(name) === status)) return;
        if (child.exitCode !== null) throw new Error(`HAProxy has ended: ${errors}`);
        await pause(askAgainMs);
      }
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
