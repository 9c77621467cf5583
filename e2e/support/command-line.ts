import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { addresses } from '../addresses.ts';

const run = promisify(execFile);
const projectRoot = path.resolve(import.meta.dirname, '..', '..');

/** What the operators' command line prints, beside the running product. */
export async function postern(...words: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [path.join(projectRoot, 'bin', 'postern.ts'), ...words], {
    cwd: projectRoot,
    env: { ...process.env, ...addresses().environment },
  });
  return stdout.trim();
}
