import { spawn } from 'node:child_process';
import path from 'node:path';
import { projectRoot } from './environment.ts';

export const smtpNodeFile = path.join(projectRoot, 'smtp-worker', 'dist', 'smtp-worker.mjs');

/** Bundles the SMTP node into the one file that also runs alone on its own machine; takes a fraction of a second. */
export function buildSmtpNode(): Promise<{ ok: true } | { ok: false; message: string }> {
  const child = spawn(process.execPath, [path.join(projectRoot, 'smtp-worker', 'build.ts')], {
    cwd: path.join(projectRoot, 'smtp-worker'),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ ok: false, message: error.message }));
    child.on('close', (code) =>
      resolve(
        code === 0 ? { ok: true } : { ok: false, message: `The SMTP node's build has failed:\n${output}` },
      ),
    );
  });
}
