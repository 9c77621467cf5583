import { execFile, spawn } from 'node:child_process';
import { access, copyFile, cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { readRecipe } from './recipes.ts';

/** A real Haraka with its relay plugin as in the recipe, which takes whatever it may relay and keeps nothing. */
export type Haraka = {
  readonly port: number;
  /** Where it looks for `relay_acl_allow`. */
  readonly config: string;
  /** Resolves once it has said something that matches, since the last call. */
  readonly said: (what: RegExp) => Promise<void>;
  readonly stop: () => Promise<void>;
};

const projectRoot = path.resolve(import.meta.dirname, '..', '..');
/** Haraka is too large to come along with Postern: its lockfile does, and npm brings it for the tests. */
const lockedIn = path.join(import.meta.dirname, 'haraka');
const version = '3.3.4';
const startMs = 120_000;
const run = promisify(execFile);

/** @returns the folder whose node_modules hold it */
export async function installHaraka(): Promise<string> {
  const home = path.join(projectRoot, 'node_modules', '.cache', `haraka-${version}`);
  if (await exists(path.join(home, 'node_modules', 'Haraka', 'bin', 'haraka'))) return home;
  await mkdir(path.dirname(home), { recursive: true });
  const draft = await mkdtemp(`${home}.`);
  try {
    for (const file of ['package.json', 'package-lock.json']) {
      await copyFile(path.join(lockedIn, file), path.join(draft, file));
    }
    const args = ['ci', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'];
    await run('npm', args, { cwd: draft });
    // Another may have been quicker, whose copy is as good.
    await rename(draft, home).catch(async (error) => {
      if (!(await exists(home))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return home;
}

/** @param relayAclAllow what `relay_acl_allow` holds at first */
export async function startHaraka(relayAclAllow: string): Promise<Haraka> {
  const installed = await installHaraka();
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-haraka-'));
  const config = path.join(folder, 'config');
  const plugins = path.join(folder, 'plugins');
  const port = await freePort();
  await cp(path.join(installed, 'node_modules', 'Haraka', 'config'), config, { recursive: true });
  await mkdir(plugins);
  const files: Record<string, string> = {
    'smtp.ini': `listen=127.0.0.1:${port}\nnodes=0\n`,
    'log.ini': '[main]\nlevel=info\nformat=default\n',
    me: 'haraka.example',
    plugins: 'relay\ntake\n',
    'relay.ini': await readRecipe('relay.ini'),
    relay_acl_allow: relayAclAllow,
    'outbound.ini': 'disabled=true\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(config, name), text);
  await writeFile(path.join(folder, 'package.json'), '{ "name": "haraka-under-test" }');
  await writeFile(
    path.join(plugins, 'take.js'),
    `exports.hook_rcpt = (next, connection) => (connection.relaying ? next(OK) : next(DENY, 'not relayed for you'));
exports.hook_lookup_rdns = (next) => setImmediate(next, OK, 'device.example');
exports.hook_queue = (next, connection) => next(OK, 'taken');
exports.hook_queue_outbound = (next, connection) => next(OK, 'taken');\n`,
  );
  const program = path.join(installed, 'node_modules', 'Haraka', 'bin', 'haraka');
  const child = spawn(process.execPath, [program, '-c', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: folder } as unknown as NodeJS.ProcessEnv,
  });
  let output = '';
  let heard = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (octets) => {
      output += octets;
      heard.resolve();
    });
  }
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const said = async (what: RegExp) => {
    const timer = AbortSignal.timeout(startMs);
    while (!what.test(output)) {
      if (timer.aborted || child.exitCode !== null) throw new Error(`Haraka never said ${what}:\n${output}`);
      heard = Promise.withResolvers();
      timer.addEventListener('abort', () => heard.resolve(), { once: true });
      child.once('exit', () => heard.resolve());
      await heard.promise;
    }
    output = '';
  };
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await said(/Listening on|listening on/i);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, config, said, stop };
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
