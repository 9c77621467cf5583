import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Addresses } from '../start-postern.ts';

const run = promisify(execFile);
const projectRoot = path.resolve(import.meta.dirname, '..', '..');

/** The operator's command line, with the environment of a running product. */
export async function postern({ environment }: Addresses, ...argv: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [path.join(projectRoot, 'bin', 'postern.ts'), ...argv], {
    cwd: projectRoot,
    env: { ...process.env, ...environment },
  });
  return stdout.trim();
}

export type PlatformCall = (
  method: 'GET' | 'PUT' | 'POST',
  path: string,
  body?: unknown,
  type?: string,
) => Promise<{ status: number; body: Record<string, unknown> }>;

/** The platform's own systems, with a token of theirs. */
export async function platformOf(addresses: Addresses): Promise<PlatformCall> {
  const token = await postern(
    addresses,
    ...['token', 'create', '--email', 'admin@postern.example', '--name', 'billing', '--scope', 'platform'],
  );
  return async (method, where, body, type = 'application/json') => {
    const response = await fetch(`${addresses.portalUrl}/api/v1${where}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
}
