import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createSelfSignedCertificate } from './self-signed.ts';

/** What the demo makes up at its first start and needs again at every later one. */
export type DemoSecrets = { authSecret: string; demoPassword: string };

/** Without the letters and digits that are taken for each other when typed off a screen. */
const PASSWORD_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const PASSWORD_LENGTH = 16;

/** Others may pass through, to a database that runs as somebody else, and read nothing: secrets have their own mode. */
const DATA_DIR_MODE = 0o711;

/** Makes the data directory where there is none; why it cannot be used, in one sentence, else null. */
export async function prepareDataDir(dataDir: string): Promise<string | null> {
  try {
    await mkdir(dataDir, { recursive: true, mode: DATA_DIR_MODE });
    for (const name of ['', 'secrets.json', 'database.json', 'logs']) {
      await access(path.join(dataDir, name), constants.R_OK | constants.W_OK).catch((error) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EACCES' ? 'has files of another user' : `cannot be used (${code})`;
    return `The data directory ${dataDir} ${why}: start as its user, or set another POSTERN_DATA_DIR.`;
  }
}

export async function readDemoSecrets(dataDir: string): Promise<DemoSecrets | null> {
  const text = await readFile(secretsFile(dataDir), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : JSON.parse(text);
}

/** Those of the first start, or new ones. A password that is given takes the place of the one that was made up. */
export async function ensureDemoSecrets(dataDir: string, givenPassword?: string): Promise<DemoSecrets> {
  const known = await readDemoSecrets(dataDir);
  const secrets = {
    authSecret: known?.authSecret ?? randomBytes(32).toString('base64url'),
    demoPassword: givenPassword ?? known?.demoPassword ?? makePassword(),
  };
  if (known?.demoPassword !== secrets.demoPassword) {
    await writeWhole(secretsFile(dataDir), `${JSON.stringify(secrets, null, 2)}\n`);
  }
  return secrets;
}

/** A certificate for STARTTLS in the demo: nobody vouches for it, and it stays the same from start to start. */
export async function ensureCertificate(
  dataDir: string,
  names: string[],
): Promise<{ certificate: string; key: string }> {
  const files = { certificate: path.join(dataDir, 'smtp-cert.pem'), key: path.join(dataDir, 'smtp-key.pem') };
  const found = await Promise.all([readFile(files.certificate), readFile(files.key)]).catch(() => null);
  if (found === null) {
    const made = createSelfSignedCertificate(names, new Date());
    await writeWhole(files.key, made.key);
    await writeWhole(files.certificate, made.certificate);
  }
  return files;
}

function secretsFile(dataDir: string): string {
  return path.join(dataDir, 'secrets.json');
}

function makePassword(): string {
  // 31 letters: a random byte below 248 gives each the same chance.
  const letters = [...randomBytes(PASSWORD_LENGTH * 4)]
    .filter((byte) => byte < 248)
    .slice(0, PASSWORD_LENGTH);
  return letters.map((byte) => PASSWORD_ALPHABET[byte % PASSWORD_ALPHABET.length]).join('');
}

/** Readable by this user alone, and never seen half-written. */
async function writeWhole(file: string, text: string): Promise<void> {
  const halfway = `${file}.${process.pid}`;
  await writeFile(halfway, text, { mode: 0o600 });
  await rename(halfway, file);
}
