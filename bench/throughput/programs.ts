import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { nginxMailModule } from './nginx.ts';

// What the measurements need beside Postern. Root has it installed, everybody else is told what to install.

const packages: Record<string, { program: string; file?: string }> = {
  postfix: { program: 'postfix' },
  'postfix-pgsql': { program: 'postfix', file: '/usr/lib/postfix/postfix-pgsql.so' },
  haproxy: { program: 'haproxy' },
  'nginx-light': { program: 'nginx' },
  'libnginx-mod-mail': { program: 'nginx', file: nginxMailModule },
};

const harakaVersion = '3.3.4';
const aptMs = 180_000;
const npmMs = 120_000;

function isHere(name: string): boolean {
  const { program, file } = packages[name] ?? { program: name };
  if (file !== undefined && !existsSync(file)) return false;
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/** @returns names of Debian packages that are still missing */
export function installPrograms(): string[] {
  const missing = Object.keys(packages).filter((name) => !isHere(name));
  if (missing.length === 0 || process.getuid?.() !== 0) return missing;
  console.log(`Installing ${missing.join(', ')} with apt-get…`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env: environment, timeout: aptMs, stdio: 'ignore' } as const;
  spawnSync('apt-get', ['update', '-q'], options);
  spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], options);
  return missing.filter((name) => !isHere(name));
}

/** Haraka is far too large to be a dependency of Postern. @returns the folder that holds it, null where it cannot be had */
export async function installHaraka(): Promise<string | null> {
  const folder = path.resolve(import.meta.dirname, '../../node_modules/.cache/postern-bench/haraka');
  if (existsSync(path.join(folder, 'node_modules', 'Haraka', 'bin', 'haraka'))) return folder;
  await mkdir(folder, { recursive: true });
  console.log(`Installing Haraka ${harakaVersion} with npm…`);
  const npm = process.env.npm_execpath;
  const [program, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const wanted = ['install', `Haraka@${harakaVersion}`, '--prefix', folder];
  const options = ['--no-save', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'];
  const { status } = spawnSync(program ?? 'npm', [...first, ...wanted, ...options], {
    cwd: folder,
    timeout: npmMs,
    stdio: 'ignore',
  });
  return status === 0 ? folder : null;
}
