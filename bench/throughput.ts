import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { freePorts, onScene, type Scene } from './scene.ts';
import type { Gateway, Missing, Rivals } from './throughput/gateway.ts';
import { startHaproxy } from './throughput/haproxy.ts';
import { startHaraka } from './throughput/haraka.ts';
import { idleSockets, memoryOfIdleSockets } from './throughput/idle-sockets.ts';
import { type Load, runLoad, startSink } from './throughput/load.ts';
import { startNginx } from './throughput/nginx.ts';
import { startPostern } from './throughput/postern.ts';
import { startPostfix } from './throughput/postfix.ts';
import { cpuEach, cpuTime, endChildrenWithUs, stopProcess } from './throughput/process.ts';
import { installHaraka, installPrograms } from './throughput/programs.ts';
import { formatTables, type Sample } from './throughput/report.ts';
import { measureSignIns, seedCredential } from './throughput/sign-ins.ts';
import { startSmtpServer } from './throughput/smtp-server.ts';

// Our node beside other ways to hand whitelisted mail on, in one run: each gets the same load in turn, several rounds of
// it, and of the rounds the median counts.

const rounds = 3;
const roundSeconds = 2.5;
const warmUpSeconds = 6;
const firstMessages = 200;
const mostMessages = 100_000;

/** No measure and no round is begun after this, on a machine that is busy with something else. */
const longestMs = 8 * 60_000;

const device = '127.0.0.1';

const loads = {
  one: {
    what: '4 KB, one message a connection, 10 at once',
    sessions: 10,
    octets: 4096,
    keepOpen: false,
    refused: false,
  },
  many: {
    what: '4 KB, many messages a connection, 10 at once',
    sessions: 10,
    octets: 4096,
    keepOpen: true,
    refused: false,
  },
  body: {
    what: '100 KB, one message a connection, 10 at once',
    sessions: 10,
    octets: 102_400,
    keepOpen: false,
    refused: false,
  },
  refused: {
    what: 'new connections of strangers, refused at RCPT, 10 at once',
    sessions: 10,
    octets: 4096,
    keepOpen: false,
    refused: true,
  },
} satisfies Record<string, { what: string } & Load>;

const titles: Record<string, { what: string }> = {
  ...loads,
  login: { what: '4 KB over TLS, one message a connection, 10 at once' },
  idle: {
    what: `memory of ${idleSockets.toLocaleString('en')} connections that have been greeted and say nothing`,
  },
};

/** @param wanted names of loads, all of them where it is empty; `only` names of gateways likewise */
export function benchThroughput(
  wanted: readonly string[] = [],
  only: readonly string[] = [],
): Promise<string> {
  endChildrenWithUs();
  const missing = installPrograms();
  if (missing.includes('postfix')) {
    throw new Error('The load comes from Postfix’s smtp-source: install the Debian package postfix.');
  }
  return onScene(async (scene) => {
    const stops: (() => Promise<void>)[] = [];
    try {
      await seed(scene);
      const [sinkPort = 0, refusingPort = 0] = await freePorts(2);
      for (const [port, refusing] of [
        [sinkPort, false],
        [refusingPort, true],
      ] as const) {
        const { child } = await startSink(port, scene.directory, refusing);
        stops.push(() => stopProcess(child));
      }
      const postern = await startPostern(scene, sinkPort);
      const rivals: Rivals = {
        sinkPort,
        databaseUrl: scene.databaseUrl,
        directory: scene.directory,
        freePort: async () => (await freePorts(1))[0] ?? 0,
      };
      const gateways: Gateway[] = [postern];
      const absent: Missing[] = [];
      const start = async (name: string, needs: readonly string[], open: () => Promise<Gateway | null>) => {
        if (only.length > 0 && !only.includes(name)) return;
        const lacking = needs.filter((each) => missing.includes(each));
        if (lacking.length > 0) {
          return void absent.push({ name, missing: `install ${lacking.join(', ')}` });
        }
        const gateway = await open().catch(
          (error: Error) => void absent.push({ name, missing: error.message }),
        );
        if (gateway === null) absent.push({ name, missing: 'it could not be installed' });
        if (!gateway) return;
        gateways.push(gateway);
        stops.push(gateway.stop);
      };
      const root = process.getuid?.() === 0;
      await start('Postfix', ['postfix', 'postfix-pgsql'], () => {
        if (!root) throw new Error('only root may start it');
        return startPostfix(rivals);
      });
      await start('HAProxy', ['haproxy'], () => startHaproxy(rivals, refusingPort));
      await start('nginx', ['nginx-light', 'libnginx-mod-mail'], () => startNginx(rivals));
      await start('smtp-server', [], () => startSmtpServer(rivals));
      await start('Haraka', [], async () => {
        const folder = await installHaraka();
        return folder === null ? null : startHaraka(rivals, folder);
      });

      const samples: Sample[] = [];
      // What cannot be measured is told of, and the others are measured all the same.
      const measure = async (name: string, take: () => Promise<Sample[]>) => {
        if (wanted.length > 0 && !wanted.includes(name)) return;
        if (performance.now() > longestMs) return void absent.push({ name, missing: 'no time was left' });
        const taken = await take().catch(
          (error: Error) => void absent.push({ name, missing: error.message }),
        );
        samples.push(...(taken ?? []));
      };
      for (const [name, load] of Object.entries(loads)) {
        if (!load.refused) await measure(name, () => measureLoad(name, load, gateways));
      }
      await measure('login', () => measureSignIns(postern));
      await measure('idle', () => memoryOfIdleSockets(gateways));
      await measure('refused', async () => {
        await forgetDevice(scene, postern.port);
        return measureLoad('refused', loads.refused, gateways);
      });
      return formatTables(samples, titles, absent);
    } finally {
      for (const stop of stops.reverse()) await stop();
    }
  });
}

async function measureLoad(name: string, load: Load, gateways: readonly Gateway[]): Promise<Sample[]> {
  const taking: { gateway: Gateway; port: number; messages: number }[] = [];
  for (const gateway of gateways) {
    if (gateway.only !== undefined && !gateway.only.includes(name)) continue;
    const port = (load.refused ? gateway.refusedPort : undefined) ?? gateway.port;
    taking.push({ gateway, port, messages: messagesWithin(roundSeconds, await warmUp(port, load)) });
  }
  const samples: Sample[] = [];
  for (let round = 0; round < rounds && performance.now() < longestMs; round += 1) {
    for (const { gateway, port, messages } of taking) {
      const before = cpuTime(gateway.pid);
      const seconds = await runLoad(port, load, messages);
      const cpu = cpuEach(gateway.pid, before, messages);
      samples.push({ measure: name, gateway: gateway.name, perSecond: messages / seconds, cpu });
    }
  }
  return samples;
}

/**
 * Everybody runs for so long before it is measured: what a just-in-time compiler makes of a gateway takes thousands of
 * messages to become what it is in production. @returns messages a second at the end: rivals differ by a factor of thirty
 */
async function warmUp(port: number, load: Load): Promise<number> {
  let perSecond = firstMessages / (await runLoad(port, load, firstMessages));
  for (let left = warmUpSeconds; left > 0; ) {
    const messages = messagesWithin(Math.min(left, warmUpSeconds / 4), perSecond);
    const seconds = await runLoad(port, load, messages);
    perSecond = messages / seconds;
    left -= seconds;
  }
  return perSecond;
}

function messagesWithin(seconds: number, perSecond: number): number {
  return Math.min(mostMessages, Math.max(50, Math.round(seconds * perSecond)));
}

async function seed(scene: Scene): Promise<void> {
  await scene.client.query('create table bench_clients (address text primary key, action text not null)');
  await seedDevice(scene);
  await seedCredential(scene);
}

async function seedDevice({ client, accountId, serverId }: Scene): Promise<void> {
  await client.query(`insert into bench_clients values ($1, 'OK')`, [device]);
  await client.query(
    `insert into entries (account_id, server_id, network, status, purpose, attested_static, attested_dedicated, activated_at, messages_per_hour)
     values ($1, $2, $3::cidr, 'active', 'bench', true, true, now(), 2000000000)`,
    [accountId, serverId, device],
  );
}

const removalMs = 10_000;

/** From here on the device is a stranger to everybody. */
async function forgetDevice({ client }: Scene, port: number): Promise<void> {
  await client.query('delete from bench_clients');
  await client.query(`update entries set status = 'removed', ended_at = now(), end_cause = 'owner'`);
  const deadline = performance.now() + removalMs;
  const load = { sessions: 1, octets: 100, keepOpen: false, refused: false };
  while (
    await runLoad(port, load, 1).then(
      () => true,
      () => false,
    )
  ) {
    if (performance.now() > deadline) throw new Error('the removal is not enforced');
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [wanted = '', only = ''] = process.argv.slice(2);
  const list = (text: string) => text.split(',').filter((name) => name !== '');
  console.log(await benchThroughput(list(wanted), list(only)));
}
