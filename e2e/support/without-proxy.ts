import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { addresses } from '../addresses.ts';

const run = promisify(execFile);
const projectRoot = path.resolve(import.meta.dirname, '..', '..');

/** What the portal is made of, but for `proxy.ts`. */
const sources = ['app', 'bin', 'components', 'db', 'lib', 'public', 'next.config.ts', 'postcss.config.mjs'];
const settings = ['package.json', 'package-lock.json', 'tsconfig.json'];

/** Builds the portal from a copy of the sources without `proxy.ts`, and starts it beside the running product. */
export async function startWithoutProxy(): Promise<{ portalUrl: string; stop: () => Promise<void> }> {
  const { dataDir, databaseUrl } = addresses();
  const copy = await mkdtemp(path.join(tmpdir(), 'postern-without-proxy-'));
  for (const name of [...sources, ...settings]) {
    await cp(path.join(projectRoot, name), path.join(copy, name), { recursive: true });
  }
  // Turbopack takes no packages from outside its root; hard links make a copy of them in no time.
  await mkdir(path.join(copy, 'node_modules'));
  await run('cp', [
    '-al',
    `${path.join(projectRoot, 'node_modules')}/.`,
    path.join(copy, 'node_modules'),
  ]).catch(() =>
    run('cp', ['-a', `${path.join(projectRoot, 'node_modules')}/.`, path.join(copy, 'node_modules')]),
  );
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

const BUILD_DEADLINE_MS = 170_000;
const PAUSE_MS = 250;

async function answers(portalUrl: string, hasEnded: () => boolean): Promise<void> {
  const deadline = Date.now() + BUILD_DEADLINE_MS;
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
