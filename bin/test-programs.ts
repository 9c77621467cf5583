import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A program of the system that tests or measurements need. */
export type TestProgram = {
  /** As people call it. */
  title: string;
  /** Its file, the first name that is there. */
  names: readonly string[];
  /** Where it lies besides the folders in `PATH`: patterns, the last match by name first. */
  folders?: readonly string[];
  /** The variable that names another. */
  variable?: string;
  /** What the package managers that we know call it. */
  packages: { [manager in PackageManager]?: readonly string[] };
  /** That what was found is it, and whole. */
  isIt?: (program: string) => Promise<boolean>;
};

export type PackageManager = 'apt-get' | 'dnf' | 'apk';

export type TestProgramName = keyof typeof testPrograms;

export const testPrograms = {
  chromium: {
    title: 'Chromium',
    names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'Google Chrome'],
    folders: ['/snap/bin', '/Applications/Google Chrome.app/Contents/MacOS'],
    variable: 'POSTERN_CHROMIUM',
    packages: { 'apt-get': ['chromium'], dnf: ['chromium'], apk: ['chromium'] },
    // Ubuntu's package is a stub that only tells of its snap.
    isIt: (program) => says(program, ['--version', '--no-sandbox'], /chrom/i),
  },
  /** With its `pgsql:` tables. */
  postfix: {
    title: 'Postfix',
    names: ['postfix'],
    packages: {
      'apt-get': ['postfix', 'postfix-pgsql'],
      dnf: ['postfix', 'postfix-pgsql'],
      apk: ['postfix-pgsql'],
    },
    isIt: knowsPgsqlTables,
  },
  haproxy: {
    title: 'HAProxy',
    names: ['haproxy'],
    packages: { 'apt-get': ['haproxy'], dnf: ['haproxy'], apk: ['haproxy'] },
  },
  swaks: {
    title: 'swaks',
    names: ['swaks'],
    packages: { 'apt-get': ['swaks'], dnf: ['swaks'], apk: ['swaks'] },
  },
  /** The folder that it is found in has the server's other programs too (`initdb`, `pg_ctl`, `pg_basebackup`, `pgbench`). */
  postgres: {
    title: 'PostgreSQL with pg_basebackup',
    names: ['postgres'],
    folders: ['/usr/lib/postgresql/*/bin', '/usr/libexec/postgresql*'],
    packages: {
      'apt-get': ['postgresql', 'postgresql-contrib'],
      dnf: ['postgresql-server', 'postgresql-contrib'],
      apk: ['postgresql', 'postgresql-contrib'],
    },
    isIt: (program) => says(path.join(path.dirname(program), 'pg_basebackup'), ['--version'], /PostgreSQL/),
  },
} as const satisfies { [name: string]: TestProgram };

/** `postconf` says nothing without a configuration, which the tests keep in folders of their own. */
async function knowsPgsqlTables(postfix: string): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-postconf-'));
  try {
    await writeFile(path.join(folder, 'main.cf'), '');
    return await says(path.join(path.dirname(postfix), 'postconf'), ['-c', folder, '-m'], /^pgsql$/m);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function says(program: string, args: readonly string[], what: RegExp): Promise<boolean> {
  return run(program, args).then(
    ({ stdout }) => what.test(stdout),
    () => false,
  );
}
