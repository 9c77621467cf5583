import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Gateway, type Rivals, waitForBanner } from './gateway.ts';
import { gatewayCore, startOnCore, stopProcess } from './process.ts';

/** HAProxy passes octets on and looks at none: what is left for a gateway to gain. */
export async function startHaproxy(rivals: Rivals, refusingSinkPort: number): Promise<Gateway> {
  const port = await rivals.freePort();
  const refusingPort = await rivals.freePort();
  const config = path.join(rivals.directory, 'haproxy.cfg');
  await writeFile(
    config,
    [
      'global',
      '  maxconn 2000',
      '  nbthread 1',
      'defaults',
      '  mode tcp',
      '  timeout connect 10s',
      '  timeout client 5m',
      '  timeout server 5m',
      'listen mail',
      `  bind 127.0.0.1:${port}`,
      `  server sink 127.0.0.1:${rivals.sinkPort}`,
      'listen refused',
      `  bind 127.0.0.1:${refusingPort}`,
      `  server sink 127.0.0.1:${refusingSinkPort}`,
      '',
    ].join('\n'),
  );
  const log = path.join(rivals.directory, 'haproxy.log');
  const child = startOnCore('haproxy', ['-db', '-f', config], { core: gatewayCore, log });
  const stop = () => stopProcess(child);
  try {
    await waitForBanner(port, () => readFileSync(log, 'utf8').slice(-500));
  } catch (error) {
    await stop();
    throw error;
  }
  return { name: 'HAProxy, TCP', port, refusedPort: refusingPort, pid: child.pid ?? 0, stop };
}
