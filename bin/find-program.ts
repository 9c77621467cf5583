import { spawn } from 'node:child_process';
import { access, constants, glob } from 'node:fs/promises';
import path from 'node:path';
import {
  type PackageManager,
  type TestProgram,
  type TestProgramName,
  testPrograms,
} from './test-programs.ts';

/** Where a program may lie that an ordinary user's `PATH` leaves out. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** How each package manager is told, with the packages after it. */
const INSTALLERS: readonly { manager: PackageManager; command: readonly [string, ...string[]] }[] = [
  { manager: 'apt-get', command: [path.join(import.meta.dirname, 'install-debian-packages.sh')] },
  { manager: 'dnf', command: ['dnf', 'install', '-y', '-q'] },
  { manager: 'apk', command: ['apk', 'add', '--no-progress'] },
];

export type FoundProgram = { ok: true; program: string } | { ok: false; message: string };

/** A program of the system by its full path: one that is installed, or one installed now, as root. */
export async function findProgram(name: TestProgramName): Promise<FoundProgram> {
  const wanted: TestProgram = testPrograms[name];
  const found = await findInstalled(wanted);
  if (found !== null) return { ok: true, program: found };
  const installer = await findInstaller();
  const packages = (installer && wanted.packages[installer.manager]) ?? [];
  if (process.getuid?.() === 0 && installer !== null && packages.length > 0) {
    console.error(`No ${wanted.title} here: installing it with ${installer.manager}`);
    await install([...installer.command, ...packages]);
    const installed = await findInstalled(wanted);
    if (installed !== null) return { ok: true, program: installed };
  }
  const how =
    installer === null || packages.length === 0
      ? 'Install it'
      : `Install it as root with "${installer.manager} install ${packages.join(' ')}"`;
  const orName = wanted.variable === undefined ? '' : `, or name one that is there in ${wanted.variable}`;
  return { ok: false, message: `The tests need ${wanted.title}. ${how}${orName}.` };
}

/** For a test or a measurement, which fails without. */
export async function requireProgram(name: TestProgramName): Promise<string> {
  const found = await findProgram(name);
  if (!found.ok) throw new Error(found.message);
  return found.program;
}

async function findInstalled(wanted: TestProgram): Promise<string | null> {
  const named = wanted.variable && process.env[wanted.variable];
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), ...SYSTEM_FOLDERS];
  for (const pattern of wanted.folders ?? []) folders.push(...(await foldersLike(pattern)));
  const candidates = wanted.names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  for (const candidate of named ? [named, ...candidates] : candidates) {
    if ((await isExecutable(candidate)) && ((await wanted.isIt?.(candidate)) ?? true)) return candidate;
  }
  return null;
}

/** The newest first, as far as their names tell. */
async function foldersLike(pattern: string): Promise<string[]> {
  const folders: string[] = [];
  for await (const folder of glob(pattern)) folders.push(folder);
  return folders.sort((one, other) => other.localeCompare(one, 'en', { numeric: true }));
}

async function findInstaller() {
  for (const installer of INSTALLERS) {
    for (const folder of SYSTEM_FOLDERS) {
      if (await isExecutable(path.join(folder, installer.manager))) return installer;
    }
  }
  return null;
}

/** What it prints goes to standard error: whoever installs may have an output of its own. */
function install([program = '', ...args]: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 2, 2] });
  // Whether it worked shows when it is looked for again.
  return new Promise((resolve) => {
    child.on('error', () => resolve());
    child.on('exit', () => resolve());
  });
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
