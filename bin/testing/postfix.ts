import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { requireProgram } from '../find-program.ts';
import { freePort } from './free-port.ts';

/** A real Postfix, apart from any that the machine has: it takes mail on a port of loopback, and throws it away. */
export type Postfix = {
  readonly port: number;
  /** Its configuration, where a test may put more files. */
  readonly folder: string;
  readonly reload: () => Promise<void>;
  /** The lines of its log once one of them matches. */
  readonly logged: (what: RegExp) => Promise<string[]>;
  readonly stop: () => Promise<void>;
};

/** Postfix's master insists on being started by root. */
export const canRunPostfix = process.getuid?.() === 0;

const startMs = 120_000;
const lookMs = 20;
const run = promisify(execFile);

const otherServices = [
  'pickup unix n - n 60 1 pickup\n',
  'cleanup unix n - n - 0 cleanup\n',
  'qmgr unix n - n 300 1 qmgr\n',
  'rewrite unix - - n - - trivial-rewrite\n',
  'bounce unix - - n - 0 bounce\n',
  'defer unix - - n - 0 bounce\n',
  'trace unix - - n - 0 bounce\n',
  'verify unix - - n - 1 verify\n',
  'flush unix n - n 1000? 0 flush\n',
  'proxymap unix - - n - - proxymap\n',
  'discard unix - - n - - discard\n',
  'error unix - - n - - error\n',
  'retry unix - - n - - error\n',
  'anvil unix - - n - 1 anvil\n',
  'scache unix - - n - 1 scache\n',
  'tlsmgr unix - - n 1000? 1 tlsmgr\n',
  'postlog unix-dgram n - n - 1 postlogd\n',
].join('');

/** What a recipe has for `/etc/postfix`, which becomes the folder of this Postfix. */
export type PostfixRecipe = {
  /** the end of `main.cf` */
  main?: string;
  /** The service in `master.cf` that takes mail at an address, in place of a plain one. */
  service?: (address: string) => string;
  /** Further files by their names, there before it starts. */
  files?: Readonly<Record<string, string>>;
};

/** @param settings of `main.cf`; `$config_directory` stands for the folder */
export async function startPostfix(
  settings: Readonly<Record<string, string>>,
  recipe: PostfixRecipe = {},
): Promise<Postfix> {
  const postfix = await requireProgram('postfix');
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-postfix-'));
  const port = await freePort();
  const log = path.join(folder, 'log', 'mail.log');
  await run('chmod', ['755', folder]);
  await mkdir(path.join(folder, 'log'));
  await mkdir(path.join(folder, 'spool'));
  await mkdir(path.join(folder, 'data'));
  await run('chown', ['postfix', path.join(folder, 'data')]);
  await writeFile(log, '');
  const main = {
    compatibility_level: '3.6',
    queue_directory: path.join(folder, 'spool'),
    data_directory: path.join(folder, 'data'),
    maillog_file: log,
    maillog_file_prefixes: folder,
    myhostname: 'postfix.example',
    mydestination: '',
    mynetworks: '',
    smtpd_peername_lookup: 'no',
    // After a reload an idle process may take one more client as it was: none serves two.
    max_use: '1',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'all',
    default_transport: 'discard:',
    relay_transport: 'discard:',
    alias_maps: '',
    alias_database: '',
    ...settings,
  };
  const lines = Object.entries(main).map(([name, value]) => `${name} = ${value}\n`);
  const service = recipe.service ?? ((address) => `${address} inet n - n - - smtpd\n`);
  const inFolder = (text: string) => text.replaceAll('/etc/postfix/', `${folder}/`);
  const files = {
    'main.cf': inFolder([...lines, recipe.main ?? ''].join('')),
    'master.cf': inFolder(service(`127.0.0.1:${port}`)) + otherServices,
    ...recipe.files,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);

  const child = spawn(postfix, ['-c', folder, 'start-fg'], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const logged = (what: RegExp) =>
    until(async () => {
      const lines = (await readFile(log, 'utf8')).split('\n');
      return lines.some((line) => what.test(line)) ? lines : null;
    }, `${what} in ${log}`);
  const stop = async () => {
    // The child is a script that waits for the master, and goes after it.
    const master = await readFile(path.join(folder, 'spool', 'pid', 'master.pid'), 'utf8').catch(() => '');
    if (/^\s*\d+\s*$/.test(master)) process.kill(Number(master));
    else child.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await logged(/daemon started/);
  } catch (error) {
    const text = await readFile(log, 'utf8');
    await stop();
    throw new Error(`Postfix does not start:\n${text}`, { cause: error });
  }
  return {
    port,
    folder,
    reload: async () => {
      await run(postfix, ['-c', folder, 'reload']);
      await logged(/reload -- version/);
    },
    logged,
    stop,
  };
}

async function until<Value>(look: () => Promise<Value | null>, what: string): Promise<Value> {
  for (const deadline = Date.now() + startMs; ; ) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new Error(`no ${what} within ${startMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}
