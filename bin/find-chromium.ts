import { execFile, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const ELSEWHERE = ['/snap/bin/chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** How the package managers that we know install it, the first that is there is taken. */
const INSTALLERS = [
  {
    manager: 'apt-get',
    commands: [
      ['update', '-qq'],
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
    ],
  },
  { manager: 'dnf', commands: [['install', '-y', '-q', 'chromium']] },
  { manager: 'apk', commands: [['add', '--no-progress', 'chromium']] },
];

export type Chromium = { ok: true; program: string } | { ok: false; message: string };

/** A real Chromium: the one named by `POSTERN_CHROMIUM`, one that is installed, or one installed now, as root. */
export async function findChromium(): Promise<Chromium> {
  const found = await findInstalled();
  if (found !== null) return { ok: true, program: found };
  const installer = await findInstaller();
  if (process.getuid?.() === 0 && installer !== null) {
    console.log(`No Chromium here: installing it with ${installer.manager}`);
    for (const args of installer.commands) await install(installer.manager, args);
    const installed = await findInstalled();
    if (installed !== null) return { ok: true, program: installed };
  }
  const hint =
    installer === null ? 'install it' : `install it as root with "${installer.manager} install chromium"`;
  return {
    ok: false,
    message: `The end-to-end tests need Chromium: ${hint}, or name one that is there in POSTERN_CHROMIUM.`,
  };
}

async function findInstalled(): Promise<string | null> {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const named = process.env.POSTERN_CHROMIUM;
  const candidates = [
    ...(named ? [named] : []),
    ...NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))),
    ...ELSEWHERE,
  ];
  for (const candidate of candidates) {
    if ((await isExecutable(candidate)) && (await answers(candidate))) return candidate;
  }
  return null;
}

/** Ubuntu's package is a stub that only tells of its snap: what does not answer is none. */
async function answers(program: string): Promise<boolean> {
  return run(program, ['--version', '--no-sandbox']).then(
    ({ stdout }) => /chrom/i.test(stdout),
    () => false,
  );
}

async function findInstaller() {
  for (const installer of INSTALLERS) {
    for (const folder of ['/usr/bin', '/sbin', '/bin']) {
      if (await isExecutable(path.join(folder, installer.manager))) return installer;
    }
  }
  return null;
}

function install(manager: string, args: string[]): Promise<void> {
  const child = spawn(manager, args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
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
