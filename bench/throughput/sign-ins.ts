import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { hash } from '@node-rs/argon2';
import type { Scene } from '../scene.ts';
import type { PosternGateway } from './postern.ts';
import { cpuEach, cpuTime, loadCore, onCore } from './process.ts';
import type { Sample } from './report.ts';

const username = 'bench';
const password = 'a password of no use elsewhere';
const rounds = 3;
const sessions = 10;
const firstMessages = 200;
const warmUpSeconds = 2;
const roundSeconds = 2.5;

export async function seedCredential({ client, serverId }: Scene): Promise<void> {
  await client.query(
    'insert into smtp_credentials (server_id, username, password_hash) values ($1, $2, $3)',
    [serverId, username, await hash(password)],
  );
}

/**
 * One message a connection over TLS, by a device whose address is whitelisted and by a client that signs in each time.
 * The load is made by Node and costs more than what it measures: read the processor time.
 */
export async function measureSignIns({ pid, tlsPort }: PosternGateway): Promise<Sample[]> {
  const samples: Sample[] = [];
  const first = await send(tlsPort, true, firstMessages);
  const warm = Math.round((firstMessages / first) * warmUpSeconds);
  const second = await send(tlsPort, false, warm);
  const messages = Math.round((warm / second) * roundSeconds);
  for (let round = 0; round < rounds; round += 1) {
    for (const signsIn of [false, true]) {
      const before = cpuTime(pid);
      const seconds = await send(tlsPort, signsIn, messages);
      const cpu = cpuEach(pid, before, messages);
      const gateway = signsIn ? 'signs in, password known' : 'whitelisted address';
      samples.push({ measure: 'login', gateway, perSecond: messages / seconds, cpu });
    }
  }
  return samples;
}

const longestMs = 60_000;

async function send(port: number, signsIn: boolean, count: number): Promise<number> {
  const script = path.join(import.meta.dirname, 'sign-ins-process.ts');
  const [program = '', ...args] = onCore(loadCore, [process.execPath, script]);
  const child = spawn(program, args, {
    env: {
      ...process.env,
      PORT: String(port),
      COUNT: String(count),
      SESSIONS: String(sessions),
      PLAIN: signsIn ? Buffer.from(`\0${username}\0${password}`).toString('base64') : '',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (octets) => {
    text += octets;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), longestMs);
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  if (code !== 0) throw new Error('the load over TLS has failed');
  return Number(text);
}
