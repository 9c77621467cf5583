import { once } from 'node:events';
import type { Server } from 'node:http';
import { pino } from 'pino';
import { type Network, parseNetwork } from '../lib/domain/network.ts';
import type { Environment } from '../lib/env.ts';
import { onStopRequest } from '../lib/stop-request.ts';
import { checkDatabase } from './check-database.ts';
import { loadEnvironment, projectRoot } from './environment.ts';
import { describeListenError, refuseToStart } from './lifecycle.ts';
import { ensurePortalBuild } from './portal-build.ts';
import { createPortalServer, unnamedProxy } from './portal-server.ts';

/** Requests in flight get this long once the portal is asked to stop. */
const DRAIN_MS = 10_000;

const log = pino({ name: 'portal', timestamp: pino.stdTimeFunctions.isoTime });
const environment = await loadEnvironment();
const trustedProxies = readTrustedProxies(environment.portalTrustedProxies);
const warning = unnamedProxy(environment.portalUrl, trustedProxies);
if (warning !== null) log.warn(warning);
const complaint = await checkDatabase(environment.databaseUrl, true);
if (complaint !== null) refuseToStart(complaint);
const build = await ensurePortalBuild((message) => log.info(message));
if (!build.ok) refuseToStart(build.message);

// Set before Next and React are loaded, which choose their production code by it.
Object.assign(process.env, {
  NODE_ENV: 'production',
  NEXT_TELEMETRY_DISABLED: '1',
  POSTERN_DATA_DIR: environment.dataDir,
  DNS_SERVERS: environment.dnsServers.join(','),
  NEXTAUTH_URL: environment.portalUrl,
});
const { default: next } = await import('next');
const app = next({ dev: false, dir: projectRoot, hostname: environment.host, port: environment.port });
await app.prepare();
const server = createPortalServer({
  handler: app.getRequestHandler(),
  trustedProxies,
  publicHost: new URL(environment.portalUrl).host,
  isSecure: environment.portalUrl.startsWith('https:'),
  onError: (error) => log.error(error, 'a request has failed'),
});
await listen(server, environment);
onStopRequest(
  async (reason) => {
    log.info({ reason }, 'stopping');
    await drain(server);
    await app.close();
  },
  { script: 'portal' },
);
log.info({ host: environment.host, port: environment.port }, 'listening');
process.send?.({ ready: true });

function readTrustedProxies(texts: string[]): Network[] {
  return texts.map((text) => {
    const parsed = parseNetwork(text);
    if (parsed.ok) return parsed.network;
    const suggestion = parsed.suggestions[0];
    const repair = suggestion === undefined ? '' : `, do you mean ${suggestion}?`;
    return refuseToStart(`PORTAL_TRUSTED_PROXIES: "${text}" is not a network in canonical form${repair}`);
  });
}

async function listen(server: Server, { host, port }: Environment): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening').catch((error) =>
    refuseToStart(describeListenError(error, `The portal on ${host}:${port}`, 'PORT')),
  );
}

async function drain(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const deadline = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(deadline);
}
