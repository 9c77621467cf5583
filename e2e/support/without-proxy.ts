import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addresses } from '../addresses.ts';

const projectRoot = path.resolve(import.meta.dirname, '..', '..');

/** What the portal is made of: the sources too, by which it knows that its build is of them. */
const parts = [
  ...['app', 'bin', 'components', 'db', 'lib', 'public', 'proxy.ts', 'next.config.ts', 'postcss.config.mjs'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', '.next'],
];
const buildCache = path.join(projectRoot, '.next', 'cache');
/** Where a build says that it has a proxy. */
const functionsFile = path.join('.next', 'server', 'functions-config-manifest.json');

/** Starts the portal from a copy whose build has no `proxy.ts`, beside the running product. */
export async function startWithoutProxy(): Promise<{ portalUrl: string; stop: () => Promise<void> }> {
  const { dataDir, databaseUrl } = addresses();
  const copy = await mkdtemp(path.join(tmpdir(), 'postern-without-proxy-'));
  const filter = (source: string) => source !== buildCache;
  for (const name of parts) {
    const options = { recursive: true, verbatimSymlinks: true, filter };
    await cp(path.join(projectRoot, name), path.join(copy, name), options);
  }
  await symlink(path.join(projectRoot, 'node_modules'), path.join(copy, 'node_modules'));
  await takeProxyAway(path.join(copy, functionsFile));
  const secrets = JSON.parse(await readFile(path.join(dataDir, 'secrets.json'), 'utf8')) as {
    authSecret: string;
  };
  const port = await freePort();
  const portalUrl = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [path.join(copy, 'bin', 'portal.ts')], {
    cwd: copy,
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      AUTH_SECRET: secrets.authSecret,
      POSTERN_DATA_DIR: dataDir,
      PORT: String(port),
      PORTAL_URL: portalUrl,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(copy, { recursive: true, force: true });
  };
  try {
    await answers(portalUrl, () => child.exitCode !== null);
    return { portalUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function takeProxyAway(file: string): Promise<void> {
  const { functions, ...others } = JSON.parse(await readFile(file, 'utf8')) as { functions: object };
  const { '/_middleware': proxy, ...kept } = functions as { [path: string]: unknown };
  if (proxy === undefined) throw new Error('the build has no proxy to take away');
  await writeFile(file, JSON.stringify({ ...others, functions: kept }));
}

const START_DEADLINE_MS = 60_000;
const PAUSE_MS = 250;

async function answers(portalUrl: string, hasEnded: () => boolean): Promise<void> {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (Date.now() < deadline) {
    if (hasEnded()) throw new Error('the portal without proxy.ts ended before it answered');
    const status = await fetch(`${portalUrl}/api/health`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error('the portal without proxy.ts did not answer in time');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}
