import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Gateway, type Rivals, waitForBanner } from './gateway.ts';
import { gatewayCore, startOnCore, stopProcess } from './process.ts';

/** npm smtp-server as a gateway: what a platform would write with it. */
export async function startSmtpServer(rivals: Rivals): Promise<Gateway> {
  const port = await rivals.freePort();
  const refusedPort = await rivals.freePort();
  const log = path.join(rivals.directory, 'smtp-server.log');
  const child = startOnCore(process.execPath, [path.join(import.meta.dirname, 'smtp-server-process.ts')], {
    core: gatewayCore,
    log,
    env: {
      GATEWAY_PORT: String(port),
      REFUSED_PORT: String(refusedPort),
      SINK_PORT: String(rivals.sinkPort),
    },
  });
  const stop = () => stopProcess(child);
  try {
    await waitForBanner(port, () => readFileSync(log, 'utf8').slice(-1500));
  } catch (error) {
    await stop();
    throw error;
  }
  return { name: 'npm smtp-server', port, refusedPort, pid: child.pid ?? 0, stop };
}
