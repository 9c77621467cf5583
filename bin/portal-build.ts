import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { glob, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from './environment.ts';

/** Everything that can change what a build makes. */
const SOURCES = [
  '{app,components,db,lib,public}/**/*',
  '{next.config,proxy}.ts',
  'postcss.config.mjs',
  'package-lock.json',
  'tsconfig.json',
];
const IRRELEVANT = /\.test\.tsx?$|\.sql$/;

const stampFile = path.join(projectRoot, '.next', 'postern-build');

export type BuildOutcome = { ok: true } | { ok: false; message: string };

/** Makes the portal's production build where there is none of these very sources. */
export async function ensurePortalBuild(
  progress: (message: string) => void,
  abandon?: AbortSignal,
): Promise<BuildOutcome> {
  const stamp = await hashSources();
  const known = await readFile(stampFile, 'utf8').catch(() => null);
  if (known === stamp) return { ok: true };
  progress(known === null ? 'Building the portal, once' : 'Building the portal: its sources have changed');
  const { code, output } = await runBuild(abandon);
  if (code !== 0) return { ok: false, message: `The portal's build has failed:\n${output}` };
  await writeFile(stampFile, stamp);
  return { ok: true };
}

async function hashSources(): Promise<string> {
  const files: string[] = [];
  for await (const entry of glob(SOURCES, { cwd: projectRoot, withFileTypes: true })) {
    if (entry.isFile() && !IRRELEVANT.test(entry.name)) files.push(path.join(entry.parentPath, entry.name));
  }
  const hash = createHash('sha256').update(process.version);
  for (const file of files.sort()) {
    hash.update(`\0${path.relative(projectRoot, file)}\0`).update(await readFile(file));
  }
  return hash.digest('hex');
}

function runBuild(abandon?: AbortSignal): Promise<{ code: number | null; output: string }> {
  const next = path.join(projectRoot, 'node_modules/next/dist/bin/next');
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: projectRoot,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: abandon,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: null, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}
